"""Whatever a program does, the page stays usable and the next run works."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from scripts.lib.paths import SNIPPETS
from tests.browser.interpreter import ENDLESS, Interpreter, interpreter
from tests.published import Site

pytestmark = pytest.mark.browser

FINE = "def main():\n    print('fine')\n"


@pytest.fixture(scope="module")
def warm(chromium: Browser, site: Site) -> Iterator[Interpreter]:
    with interpreter(chromium, site) as python:
        python.start()
        yield python


@pytest.fixture
def python(warm: Interpreter) -> Iterator[Interpreter]:
    yield warm
    assert warm.run(FINE)["output"] == "fine\n"


def archives(asked: list[str]) -> list[str]:
    """What each archive that was asked for is called, without its content's name."""
    names = [url.rpartition("/")[2] for url in asked if url.endswith(".zip.zst")]
    return [name.partition(".")[0] for name in names]


def body(*lines: str) -> str:
    return "def main():\n" + "".join(f"    {line}\n" for line in lines)


def test_a_program_of_a_page(python: Interpreter) -> None:
    name = "ordering/happened_before/figure_1"
    code = (SNIPPETS / f"{name}.py").read_text("utf-8")

    answer = python.run(code, name=name)

    assert answer["ok"]
    assert answer["error"] is None
    assert not answer["truncated"]
    assert answer["shown"]["kind"] == "world"
    assert "<svg" in answer["shown"]["svg"]
    assert "sequenceDiagram" in answer["shown"]["mermaid"]
    assert answer["output"].count("\n") == 3


def test_knobs_are_set(python: Interpreter) -> None:
    code = "def main(fast: bool = False):\n    print(fast)\n"

    assert python.run(code)["output"] == "False\n"
    assert python.run(code, settings={"fast": True})["output"] == "True\n"


def test_output_comes_while_the_program_runs(python: Interpreter) -> None:
    code = body("print('one')", "while True: pass")

    piece, answer = python.evaluate(
        """const [code] = values;
        const heard = Promise.withResolvers();
        const answer = python.run({ code, name: "a/b/c", onOutput: heard.resolve });
        const piece = await heard.promise;
        python.stop();
        return [piece, await answer];""",
        code,
    )

    assert piece.startswith("one")
    assert answer["stopped"]


def test_a_million_lines_are_cut_and_the_page_stays_awake(python: Interpreter) -> None:
    code = body("for i in range(1_000_000): print('line', i)", "print('the end')")

    answer, ticks = python.evaluate(
        """const [code] = values;
        let ticks = 0, running = true, text = "";
        const answer = python
          .run({ code, name: "a/b/c", onOutput: (more) => (text += more) })
          .finally(() => (running = false));
        while (running) await sleep(10), ticks++;
        return [{ ...(await answer), output: text }, ticks];""",
        code,
    )

    assert answer["ok"]
    assert answer["truncated"]
    assert answer["output"].startswith("line 0\nline 1\n")
    assert "more characters are not shown" in answer["output"][-60:]
    assert len(answer["output"]) < 201_000
    assert ticks > 5


def test_one_endless_line_is_cut_too(python: Interpreter) -> None:
    answer = python.run(body("print('x' * 10_000_000)"))

    assert answer["truncated"]
    assert len(answer["output"]) < 201_000


def test_memory_ends_as_an_error(python: Interpreter) -> None:
    answer = python.run(body("kept = []", "while True: kept.append([0] * 100_000)"))

    assert answer["what"].startswith("MemoryError")
    assert "line 3, in main" in answer["error"]


def test_an_exception_has_the_readers_own_lines(python: Interpreter) -> None:
    answer = python.run("def half():\n    return 1 / 0\n\ndef main():\n    half()\n")

    assert not answer["ok"]
    assert answer["line"] == 2
    assert answer["error"].splitlines()[:4] == [
        "Traceback (most recent call last):",
        '  File "program.py", line 5, in main',
        "    half()",
        "    ~~~~^^",
    ]
    assert answer["error"].endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize(
    ("code", "what", "line"),
    [
        ("def main():\n    x = 1\n      y = 2\n", "IndentationError", 3),
        ("def main():\nprint(1)\n", "IndentationError", 2),
        ("def main(:\n", "SyntaxError", 1),
        ("def main():\n    input('name? ')\n", "EOFError", 2),
        ("print(1)\n", "LookupError", 0),
    ],
)
def test_mistakes_are_told(
    python: Interpreter, code: str, what: str, line: int
) -> None:
    answer = python.run(code)

    assert what in answer["error"]
    assert answer["line"] == line


def test_an_endless_loop_stops_and_python_is_ready_again(python: Interpreter) -> None:
    answer, before, after = python.evaluate(
        """const [code] = values;
        const answer = python.run({ code, name: "a/b/c" });
        while (python.state !== "running") await sleep(5);
        await sleep(100);
        const before = python.state;
        python.stop();
        const result = await answer;
        await python.start();
        return [result, before, python.state];""",
        ENDLESS,
    )

    assert (before, after) == ("running", "ready")
    assert answer["stopped"]
    assert not answer["ok"]
    assert answer["error"] is None


def test_a_run_can_have_a_time_limit(python: Interpreter) -> None:
    assert python.run(ENDLESS, seconds=0.3)["stopped"]


def test_runs_that_are_asked_for_at_once_take_turns(python: Interpreter) -> None:
    outputs = python.evaluate(
        """const outputs = ["", "", ""];
        await Promise.all(outputs.map((_, n) => python.run({
          code: `def main():\\n    print(${n})\\n    print(${n})\\n`,
          name: "a/b/c",
          onOutput: (text) => (outputs[n] += text),
        })));
        return outputs;"""
    )

    assert outputs == ["0\n0\n", "1\n1\n", "2\n2\n"]


def test_a_stop_ends_what_runs_and_not_what_waits(python: Interpreter) -> None:
    first, second = python.evaluate(
        """const [endless, fine] = values;
        const first = python.run({ code: endless, name: "a/b/c" });
        const second = python.run({ code: fine, name: "a/b/c" });
        while (python.state !== "running") await sleep(5);
        python.stop();
        return [await first, await second];""",
        ENDLESS,
        FINE,
    )

    assert first["stopped"]
    assert second["ok"]


def test_a_recursion_that_breaks_python_itself(python: Interpreter) -> None:
    code = "import sys\ndef deep(): deep()\n" + body(
        "sys.setrecursionlimit(10**7)", "deep()"
    )

    answer = python.run(code)

    assert not answer["ok"]
    assert "starts anew" in answer["error"]


def test_a_program_that_ends_itself(python: Interpreter) -> None:
    answer = python.run(body("print('bye')", "raise SystemExit"))

    assert answer["output"] == "bye\n"
    assert answer["error"] is None


def test_a_program_is_new_each_time_and_the_simulator_stays(
    python: Interpreter,
) -> None:
    code = (
        "import sim\ncount = getattr(sim, 'count', 0)\nsim.count = count + 1\n"
        "here = [0]\n" + body("here[0] += 1", "print(here[0], sim.count)")
    )

    assert python.run(code)["output"] == "1 1\n"
    assert python.run(code)["output"] == "1 2\n"


def test_async_programs_run(python: Interpreter) -> None:
    code = (
        "import asyncio\n"
        "async def work(n):\n    await asyncio.sleep(n / 1000)\n    return n\n"
        "async def both():\n    return await asyncio.gather(work(2), work(1))\n"
    ) + body("print(asyncio.run(both()))")

    assert python.run(code)["output"] == "[2, 1]\n"


def test_what_no_start_needs_comes_when_it_is_imported(python: Interpreter) -> None:
    code = body("import doctest, tomllib", "print(tomllib.loads('a = 1'))")
    before = len(python.asked)

    assert python.run(code)["output"] == "{'a': 1}\n"
    assert python.run(body("import sqlite3, xml.dom"))["ok"]
    assert archives(python.asked[before:]) == ["more"]


def test_judges_of_histories_come_when_they_are_imported(
    chromium: Browser, site: Site
) -> None:
    program = SNIPPETS / "contemporaries" / "kyle_kingsbury" / "judge_a_history.py"
    code = program.read_text("utf-8")
    # Without the service worker, which keeps them as soon as it can.
    context = chromium.new_context(service_workers="block")
    with interpreter(context, site) as python:
        assert python.run(FINE)["output"] == "fine\n"
        assert archives(python.asked) == ["core", "sim"]

        python.page.route("**/check.*", lambda route: route.abort())
        assert python.run(code)["what"] == (
            "ModuleNotFoundError: sim.check cannot be loaded without a connection. "
            "Try again with one."
        )
        python.page.unroute("**/check.*")
        python.page.route("**/check.*", lambda route: route.fulfill(status=404))
        assert python.run(code)["what"] == (
            "ModuleNotFoundError: sim.check cannot be loaded: "
            "it is missing here (404). Reload the page."
        )
        python.page.unroute("**/check.*")

        before = len(python.asked)
        for _ in "12":
            assert "\nLinearizable? " in python.run(code)["output"]
        assert archives(python.asked[before:]) == ["check"]
    context.close()


def test_a_module_that_is_nowhere(python: Interpreter) -> None:
    answer = python.run("import numpy\n" + FINE)

    assert "No module named 'numpy'" in answer["error"]
    assert answer["error"].endswith(
        "A page has Python's own library and sim, and no other.\n"
    )


def test_an_exploration_tells_what_it_tried(python: Interpreter) -> None:
    code = (
        "from sim import Node, World\nfrom sim.explore import explore\n\n"
        "async def add(me: Node):\n"
        "    for _ in range(4):\n        await me.sleep(1)\n\n"
        "def build():\n    world = World()\n    for name in 'abcde':\n"
        "        world.add(add, name=name)\n    return world\n\n"
    ) + body("print(explore(build))")

    answer = python.run(code)

    assert answer["error"] is None
    assert answer["tried"]
    assert all(what in ("states", "runs") for _, what in answer["tried"])
    assert answer["shown"]["exploration"][0]["complete"]


def test_an_exploration_says_that_some_runs_never_rest(python: Interpreter) -> None:
    """What the page shows is the whole verdict, and not its first line."""
    code = (
        "from sim import Node, World\nfrom sim.explore import explore\n\n"
        "async def flip(me: Node):\n    up = True\n"
        "    while True:\n        try:\n"
        "            await me.receive(timeout=5)\n            return\n"
        "        except TimeoutError:\n            up = not up\n\n"
        "async def stop(me: Node):\n    me.send('flip', 'stop')\n\n"
        "def build():\n    world = World()\n    world.add(flip)\n"
        "    world.add(stop)\n    return world\n\n"
        "def flip_stops(state):\n    return state.ended('flip')\n\n"
    ) + body("print(explore(build, at_rest=flip_stops))")

    answer = python.run(code)

    assert answer["error"] is None
    (found,) = answer["shown"]["exploration"]
    assert found["ok"]
    assert found["runs"] is None
    assert found["verdict"] == (
        "All runs hold at rest: flip stops. Some runs never rest."
    )
    assert answer["output"].startswith(found["verdict"].replace(". S", ".\nS"))


@pytest.mark.parametrize("ending", ["", "_answer"])
def test_an_exercise_is_judged(python: Interpreter, ending: str) -> None:
    exercise = "failure/idempotency/exercises/serve_at_once"
    start = SNIPPETS / "failure" / "idempotency" / "charged_twice_fixed.py"
    answer = SNIPPETS / f"{exercise}_answer.py"

    judged = python.judge((answer if ending else start).read_text("utf-8"), exercise)

    assert judged["ok"], judged
    assert judged["solved"] == bool(ending), judged
    assert bool(judged["says"]) != judged["solved"]
