"""What the recorder and the page show of a program."""

import builtins
import json
import sys
from typing import Any

import pytest

from sim.program.find import find, load
from sim.program.show import run_text, show

PROGRAM = '''"""Who asks gets an answer.

And nobody
else.
"""

from typing import Annotated, Literal

from sim import Node, Range, World


async def browser(me: Node, path: str) -> None:
    answer = await me.call("server", path)
    print("got", answer.body)


async def server(me: Node) -> None:
    me.reply(await me.receive(), "200 OK")


def main(
    seed: int = 7,
    loss: Annotated[float, Range(0, 1, 0.1)] = 0.0,
    many: Annotated[int, Range(1, 5, unit="ms")] = 1,
    way: Literal["GET", "PUT"] = "GET",
    calm: bool = False,
) -> World:
    world = World(seed)
    world.network(loss=loss)
    world.add(browser, f"{way} {many} {calm}")
    world.add(server)
    return world.run()
'''


def ran(code: str, settings: Any = None) -> Any:
    return run_text(code, "section/page/program", settings)


def shown(code: str, settings: Any = None) -> Any:
    result = ran(code, settings)
    assert result["error"] is None, result["error"]
    return result["shown"]


def test_a_world_is_shown_as_a_table_and_two_drawings(capsys):
    what = shown(PROGRAM)

    assert capsys.readouterr().out == "got 200 OK\n"
    assert what["title"] == "Who asks gets an answer."
    assert what["about"] == "And nobody else."
    assert what["kind"] == "world"
    assert what["promised"] is True
    assert what["events"][0][:3] == ["browser1", "0", "sends GET 1 False to server"]
    assert what["mermaid"].startswith("sequenceDiagram")
    assert what["svg"].startswith("<svg")
    assert json.loads(json.dumps(what)) == what


def test_the_text_of_a_program_is_shown_as_its_file_is(capsys):
    path = find("ordering/happened_before/merged_logs")

    as_text = shown(path.read_text())

    said = capsys.readouterr().out
    assert as_text == show(load(path))
    assert capsys.readouterr().out == said


def test_knobs_and_the_settings_of_the_run():
    what = shown(PROGRAM, {"seed": 3, "way": "PUT", "calm": True, "gone": 1})

    assert [knob["name"] for knob in what["knobs"]] == list(what["settings"])
    assert what["knobs"][2] == {
        "name": "many",
        "kind": "int",
        "default": 1,
        "range": [1, 5, 1, "ms"],
        "choices": [],
    }
    settings = {"seed": 3, "loss": 0.0, "many": 1, "way": "PUT", "calm": True}
    assert what["settings"] == settings
    assert what["events"][0][2] == "sends PUT 1 True to server"


@pytest.mark.parametrize("many", [4, 4.0, "4"], ids=repr)
def test_a_setting_may_be_text_or_a_number_that_json_made_a_float(many):
    assert shown(PROGRAM, {"many": many})["settings"]["many"] == 4


def test_a_setting_that_no_knob_can_take_is_one_clear_line():
    result = ran(PROGRAM, {"loss": 2})

    assert result["shown"] is None
    assert result["error"] == "ValueError: loss is a number from 0 to 1, not 2\n"


def test_a_traceback_has_the_readers_lines_and_no_others():
    result = ran(PROGRAM.replace('"server", path', '"sever", path'))

    assert result["line"] == 13
    lines = result["error"].splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert [line for line in lines if line.startswith("  File")] == [
        '  File "program.py", line 32, in main',
        '  File "program.py", line 13, in browser',
    ]
    assert '    answer = await me.call("sever", path)' in lines
    assert lines[-2].startswith("LookupError: 'browser' sends to 'sever', but there")
    assert lines[-1] == "in node 'browser', at 0.0 ms"
    assert result["what"].endswith("browser, server (in node 'browser', at 0.0 ms)")


def test_each_error_of_a_chain_has_the_readers_lines_only():
    code = """
def low():
    try:
        return {}["key"]
    except KeyError as error:
        raise ExceptionGroup("all", [ValueError("one")]) from error

def main():
    low()
"""
    error = ran(code)["error"]

    assert "direct cause" in error
    assert error.count("in low") == 2
    assert "show.py" not in error
    assert "ValueError: one" in error


@pytest.mark.parametrize(
    ("code", "line", "last"),
    [
        ("def main(:", 1, "SyntaxError: invalid syntax"),
        ("\n  x", 2, "IndentationError: unexpected indent"),
        ("x = 1 / 0", 1, "ZeroDivisionError: division by zero"),
        ("x = 1", 0, "LookupError: the program has no main: what should run goes"),
        ("main = 1", 0, "LookupError: the program has no main: what should run goes"),
        ("\ndef main(x): pass", 2, "TypeError: main: x needs a default"),
        (
            "def main():\n    input('name?')",
            2,
            "EOFError: there is nobody to answer input()",
        ),
        ("def main():\n    main()", 2, "RecursionError: maximum recursion depth"),
        ("def main():\n    raise KeyboardInterrupt", 2, "KeyboardInterrupt"),
        ("import sys\nsys.exit(3)", 2, "The program ended itself: exit(3)"),
        ("import nothing_of_this_name", 1, "ModuleNotFoundError: No module named"),
    ],
)
def test_what_goes_wrong_is_told_with_its_line(code, line, last):
    result = ran(code)

    assert result["shown"] is None
    assert result["line"] == line
    assert result["error"].splitlines()[-1].startswith(last)
    assert "show.py" not in result["error"]


def test_an_error_without_words_is_told_by_its_name():
    assert ran("def main():\n    raise MemoryError")["what"] == "MemoryError"


@pytest.mark.parametrize("code", ["", "0"])
def test_a_program_may_end_itself(code):
    result = ran(f"import sys\ndef main():\n    sys.exit({code})")

    assert (result["shown"], result["error"]) == (None, None)


def test_a_program_that_returns_nothing_has_no_picture():
    what = shown("def main() -> None:\n    print('done')")

    assert (what["kind"], what["title"], what["promised"]) == (None, "", False)
    assert "svg" not in what


def test_a_world_that_records_nothing_has_no_picture():
    assert shown(PROGRAM.replace("World(seed)", "World(trace=False)"))["kind"] is None


def test_nothing_stays_behind():
    before = builtins.input

    shown(
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: 'int' = 1\n"
        "def main():\n    print(A())"
    )
    ran("raise ValueError")

    assert builtins.input is before
    assert "program" not in sys.modules


def test_a_program_may_have_the_name_of_a_module_that_is_loaded():
    result = run_text("def main():\n    import json\n    json.dumps", "a/b/json")

    assert result["error"] is None
    assert sys.modules["json"] is json
