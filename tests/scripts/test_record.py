"""Recording: what reaches a card, and what never may."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from scripts.lib.paths import SCRIPTS
from scripts.lib.record import ProgramError, differs, record, run, write

GOOD = '''"""A browser asks and a server answers."""

from sim import Node, World


async def browser(me: Node) -> None:
    answer = await me.call("server", "GET /")
    print("got", answer.body)


async def server(me: Node) -> None:
    request = await me.receive()
    me.reply(request, "200 OK")


def main() -> World:
    world = World()
    world.add(browser)
    world.add(server)
    return world.run()
'''


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "snippets" / "section" / "page"
    folder.mkdir(parents=True)
    path = folder / "program.py"
    path.write_text(GOOD)
    return path


@pytest.fixture
def command(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """scripts/record.py, at work on a folder with one program."""
    spec = importlib.util.spec_from_file_location("record", SCRIPTS / "record.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SNIPPETS", program.parents[2])
    monkeypatch.setattr(module, "MEMORY", tmp_path / "recorded.txt")
    return module


def test_a_card_holds_the_program_its_output_and_its_pictures(program: Path) -> None:
    files = record(program)

    card = files[program.with_suffix(".md")]
    assert '--8<-- "section/page/program.py"' in card
    assert "got 200 OK" in card
    assert "A browser asks and a server answers." in card
    assert "n0->>n1: GET /" in card
    assert "<td>browser1</td>" in card
    assert files[program.with_suffix(".svg")].startswith("<svg")


def test_recording_again_writes_nothing(program: Path) -> None:
    assert len(write(record(program))) == 2

    assert write(record(program)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("print(", "raise ValueError('no shop') #", 8, "ValueError: no shop"),
        ("print(", "me.send('shop') #", 8, "no node 'shop', only: browser, server"),
        ("    me.reply(", "    me.replay(", 13, "no attribute 'replay'"),
        ("async def server", "async server", 11, "SyntaxError"),
        ('"""A browser', "1 #", 1, "no docstring"),
        ("print(", "print('x' * 20_000) #", 8, "more than 20000 characters"),
        ("return world.run()", "return world", 1, "nothing to draw"),
        ("return world.run()", "return 1 / 0", 20, "ZeroDivisionError"),
        ("def main()", "def main(loss: float = 0.5)", 16, "loss is"),
        ("def main()", "def play()", 1, "the program has no main"),
        ("print(", "input('name?') #", 8, "nobody to answer input()"),
        ("print(", "import sys; sys.exit() #", 8, "SystemExit"),
    ],
)
def test_a_program_that_fails_keeps_its_good_card(
    program: Path, old: str, new: str, line: int, says: str
) -> None:
    write(record(program))
    good = program.with_suffix(".md").read_text()
    program.write_text(GOOD.replace(old, new))

    with pytest.raises(ProgramError) as error:
        write(record(program))

    message = str(error.value)
    assert says in message
    assert f"program.py:{line}: " in message
    assert "\n" not in message
    assert program.with_suffix(".md").read_text() == good


def test_a_program_that_hangs_is_ended_and_its_line_named(program: Path) -> None:
    program.write_text(GOOD.replace("    print(", "    while True: pass\n    #"))

    with pytest.raises(ProgramError, match=r"program.py:8: .* not ended after 1 s"):
        run(program, "1", seconds=1)


def test_what_depends_on_the_hash_seed_is_refused(program: Path) -> None:
    unsorted = "print({'a', 'b', 'c', 'd', 'e', 'f'}) #"
    program.write_text(GOOD.replace("print(", unsorted))

    with pytest.raises(ProgramError, match="two runs differ in their output"):
        record(program)


def test_check_says_which_card_is_stale_and_how_to_mend_it(
    command: ModuleType, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([]) == 0
    program.write_text(GOOD.replace("200 OK", "404"))
    capsys.readouterr()

    assert command.main(["--check"]) == 1

    said = capsys.readouterr().out
    assert "section/page/program: not up to date: program.md, program.svg. " in said
    assert "Run: python3 scripts/record.py section/page/program" in said
    assert command.main([]) == 0
    assert command.main(["--check"]) == 0


def test_nothing_runs_when_nothing_has_changed(
    command: ModuleType, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command.main([]) == 0
    monkeypatch.setattr(command, "run_programs", None)

    assert command.main([]) == 0


def test_a_card_changed_by_hand_is_recorded_again(
    command: ModuleType, program: Path
) -> None:
    command.main([])
    card = program.with_suffix(".md")
    good = card.read_text()
    card.write_text(good.replace("200 OK", "500"))

    assert command.main([]) == 0

    assert card.read_text() == good


def test_a_failing_program_is_tried_again_next_time(
    command: ModuleType, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.write_text(GOOD.replace("print(", "1 / 0 #"))

    assert command.main([]) == 1
    assert command.main([]) == 1
    assert "program.py:8: ZeroDivisionError" in capsys.readouterr().err


def test_a_program_saved_while_it_is_recorded_is_recorded_again(
    command: ModuleType, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scripts.lib import record as library

    def saved_meanwhile(paths: list[Path]) -> list[dict[Path, str]]:
        recorded = [record(path) for path in paths]
        program.write_text(GOOD.replace("200 OK", "404 Not Found"))
        return recorded

    with monkeypatch.context() as patch:
        patch.setattr(library, "record_all", saved_meanwhile)
        assert command.main([]) == 0
    assert "200 OK" in program.with_suffix(".md").read_text()

    assert command.main([]) == 0

    assert "404 Not Found" in program.with_suffix(".md").read_text()


def test_a_card_without_a_program_is_named(
    command: ModuleType, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.with_name("gone.md").write_text("")

    assert command.main(["--check", "program"]) == 1
    assert "gone.md: its program is gone" in capsys.readouterr().out


def test_a_card_without_a_program_is_named_when_nothing_else_has_changed(
    command: ModuleType, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([]) == 0
    assert capsys.readouterr().out.endswith("1 card is up to date.\n")
    program.with_name("gone.md").write_text("")

    assert command.main([]) == 1
    assert "gone.md: its program is gone" in capsys.readouterr().out


def test_an_unknown_name_gets_the_nearest_one(
    command: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    for slip, meant in (
        ("sektion/page/program", "section/page/program"),
        ("program_1", "program"),
    ):
        with pytest.raises(SystemExit):
            command.main([slip])

        assert f"is it {meant}?" in capsys.readouterr().err


def test_files_that_are_missing_differ(tmp_path: Path) -> None:
    assert differs({tmp_path / "card.md": ""}) == [tmp_path / "card.md"]
