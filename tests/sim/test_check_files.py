"""Files as others write them: byte-order marks, JSON lines, EDN, and what is broken."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.check.__main__ import main
from sim.check.document import read
from sim.check.edn import read as edn
from sim.check.values import frozen

SNIPPETS = Path(__file__).resolve().parents[2] / "snippets"

ENTRIES: list[dict[str, Any]] = [
    {"process": 0, "type": "invoke", "f": "write", "value": 1, "index": 0},
    {"process": 0, "type": "ok", "f": "write", "value": 1, "index": 1},
    {"process": 1, "type": "invoke", "f": "read", "value": None, "index": 2},
    {"process": 1, "type": "ok", "f": "read", "value": None, "index": 3},
]
LINES = "\n".join(map(json.dumps, ENTRIES))
EDN = """{:process 0, :type :invoke, :f :write, :value 1, :index 0}
{:process 0, :type :ok, :f :write, :value 1, :index 1}
{:process 1, :type :invoke, :f :read, :value nil, :index 2}
{:process 1, :type :ok, :f :read, :value nil, :index 3}
"""


def judged(path: Path, content: str | bytes, *more: str) -> int:
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(raw)
    return main([str(path), *more])


@pytest.mark.parametrize(
    "content",
    [
        LINES,
        LINES + "\n\n",
        LINES.replace("\n", "\r\n"),
        LINES.replace("\n", ",\n"),
        LINES.replace("\n", "\n\n"),
        json.dumps(ENTRIES),
        json.dumps(ENTRIES, indent=2).replace("\n", "\r\n"),
        json.dumps({"model": "register", "history": ENTRIES}),
        ("\ufeff" + LINES).encode(),
        ("\ufeff" + LINES).encode("utf-16-le"),
        ("\ufeff" + json.dumps(ENTRIES)).encode("utf-16-be"),
        json.dumps(ENTRIES).encode("utf-16-le"),
        json.dumps(ENTRIES).encode("utf-32"),
        EDN,
        "[" + EDN + "]",
        "; from a test\n" + EDN,
        EDN.replace("{", "#jepsen.history.Op{").replace("\n", "\r\n"),
        ("\ufeff" + EDN).encode(),
        EDN.encode("utf-16"),
    ],
)
def test_the_same_history_in_many_forms(content: str | bytes, tmp_path: Path) -> None:
    assert judged(tmp_path / "history", content, "--model", "register") == 1
    assert judged(tmp_path / "history", content, "--is", "monotonic-reads") == 0


def test_a_single_entry_is_a_history_of_one(tmp_path: Path) -> None:
    one = json.dumps(ENTRIES[2])
    assert judged(tmp_path / "one.json", one, "--model", "register") == 0
    first = EDN.splitlines()[2]
    assert judged(tmp_path / "one.edn", first, "--model", "register") == 0


def test_the_values_of_edn() -> None:
    text = """{:process :nemesis, :type :info, :f nil, :value #{3 1 2}}
    {:process 0, :type :invoke, :f :txn,
     :value [[:r "x" nil] [:append :y 1/2] [:w z {:a 1.5, 2 \\c}]]}"""
    nemesis, entry = read(text).history
    assert nemesis == {
        "process": "nemesis",
        "type": "info",
        "f": None,
        "value": [1, 2, 3],
    }
    assert entry == {
        "process": 0,
        "type": "invoke",
        "f": "txn",
        "value": [
            ["r", "x", None],
            ["append", "y", 0.5],
            ["w", "z", {"a": 1.5, 2: "c"}],
        ],
    }


def test_a_mutex_as_knossos_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """
    {:type :invoke, :f :release, :process 1}
    {:type :fail, :f :release, :process 1, :error :not-held}
    {:type :invoke, :f :acquire, :process 3}
    {:type :info, :f :acquire, :process 3, :error :timeout}
    {:type :invoke, :f :acquire, :process 4}
    {:type :ok, :f :acquire, :process 4}
    {:type :invoke, :f :acquire, :process 5}
    """
    assert judged(tmp_path / "m.edn", text, "--model", "mutex") == 0
    more = text + "{:type :ok, :f :acquire, :process 5}"
    assert judged(tmp_path / "m.edn", more, "--model", "mutex") == 1
    assert "leaves the mutex holding held" in capsys.readouterr().out


INDEPENDENT = """{:process :nemesis, :type :info, :f :start, :value [1 2]}
{:process 0, :type :invoke, :f :write, :value [1 5]}
{:process 0, :type :ok, :f :write, :value [1 5]}
{:process 1, :type :invoke, :f :cas, :value [2 [3 4]]}
{:process 1, :type :fail, :f :cas, :value [2 [3 4]], :error #error {:cause "none"}}
{:process 0, :type :invoke, :f :read, :value [2 nil]}
{:process 0, :type :ok, :f :read, :value [2 nil]}
{:process 0, :type :invoke, :f :read, :value [1 nil]}
{:process 0, :type :ok, :f :read, :value [1 5]}
"""


@pytest.mark.parametrize(("read", "code"), [("[1 5]", 0), ("[1 nil]", 1)])
def test_independent_objects_of_jepsen(tmp_path: Path, read: str, code: int) -> None:
    text = INDEPENDENT.removesuffix("[1 5]}\n") + read + "}"
    assert judged(tmp_path / "h.edn", text, "--model", "cas-register") == code


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1.50M", "1.5", True),
        ("2M", "2", True),
        ("1.5M", '"1.5"', False),
        ("#uuid-of-ours 1", "#uuid-of-ours 1", True),
        ("#uuid-of-ours 1", "1", False),
    ],
)
def test_numbers_and_tags_of_edn(one: str, other: str, same: bool) -> None:
    first, second = (frozen(edn(f"{{:a {v}}}")) for v in (one, other))
    assert (first == second) is same


@pytest.mark.parametrize("asked", ["null", "[1, null]", "[2, 3]"])
def test_a_register_may_hold_pairs(tmp_path: Path, asked: str) -> None:
    entries = ENTRIES[:2] + [{**e, "value": json.loads(asked)} for e in ENTRIES[2:3]]
    entries = [
        {**e, "value": e["value"] if e["value"] != 1 else [1, 2]} for e in entries
    ]
    document = read(json.dumps(entries))
    assert ("key" in document.history[0]) is (asked == "[1, null]")


def test_transactions_without_f(tmp_path: Path) -> None:
    history = [
        {"process": 1, "type": "invoke", "value": [["append", 2, 1]]},
        {"process": 1, "type": "ok", "value": [["append", 2, 1]]},
        {"process": 1, "type": "invoke", "value": [["r", 2, None]]},
        {"process": 1, "type": "ok", "value": [["r", 2, [1, 1]]]},
    ]
    lines = "\n".join(map(json.dumps, history))
    assert judged(tmp_path / "h.json", lines) == 1
    assert judged(tmp_path / "h.json", lines, "--model", "transactions") == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[" * 3000 + "]" * 3000, "the values are nested too deep; make them flatter"),
        ("{:a " * 3000 + "1" + "}" * 3000, "the values are nested too deep"),
        (b"\xff\xff[1]", "this is not text in UTF-8; save it as that"),
        (b"[\xe9]", "this is not text in UTF-8; save it as that"),
        ("", "line 1: this is an empty file; write a list of entries"),
        ("[NaN]", "NaN is not a number in JSON; write null or a text instead"),
        ("[-Infinity]", "-Infinity is not a number in JSON"),
        (
            LINES.replace('"f": "read"', '"process": 2, "f": "read"', 1),
            "'process' stands twice in one object; remove one of the two",
        ),
        (f"[{'9' * 5000}]", "digits is too long; write it as a text"),
        (LINES + "\n{", "line 5: this is not JSON: Expecting property name"),
        ("{:process 0", "this is not EDN: EOF Reached; mend it"),
        ("[{:process #unknown/tag}]", "this is not EDN: "),
        (
            EDN.replace(":index 2", ":index 1"),
            "line 3: entry 2: index 1 stands here twice; number the entries anew",
        ),
        (
            LINES.replace('"index": 2', '"index": 1'),
            "line 3: entry 2: index 1 stands here twice; number the entries anew",
        ),
        (EDN.replace(":f :read", ":f :reed"), "line 3: entry 2: the register has read"),
        (
            '{"versions": 3, "history": "r1[x]"}',
            "versions is an object with the values",
        ),
        (
            '{"versions": {"x": 3}, "history": "r1[x]"}',
            "versions is an object with the",
        ),
        ('{"replicas": [1, 2]}', "replicas is an object, such as"),
        (
            '{"model": "stack", "history": [{"process": 0}]}',
            "there is no model 'stack'",
        ),
    ],
)
def test_one_sentence_and_never_a_no(
    content: str | bytes,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    more = () if "stack" in str(content) else ("--model", "register")
    assert judged(tmp_path / "h.json", content, *more) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(str(tmp_path / "h.json"))
    assert message in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("wrong", [MemoryError(), KeyError("x"), RuntimeError("no")])
def test_a_judge_that_breaks_down_says_no_verdict(
    wrong: Exception,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(*_: Any) -> None:
        raise wrong

    monkeypatch.setitem(main.__globals__["WITH_MODEL"], "linearizable", breaks)
    assert judged(tmp_path / "h.json", LINES, "--model", "register") == 2
    said = capsys.readouterr()
    assert said.out == ""
    told = "the memory is used up" if isinstance(wrong, MemoryError) else "broke down"
    assert told in said.err


def test_unknown_has_an_exit_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = []
    for kind in ("invoke", "ok"):
        for process in range(15):
            entry = {"process": process, "type": kind, "f": "enqueue"}
            history.append({**entry, "value": process if kind == "invoke" else None})
    history += [
        {"process": "Z", "type": "invoke", "f": "dequeue"},
        {"process": "Z", "type": "ok", "value": 99},
    ]
    text = json.dumps(history)
    more = ("--model", "queue", "--limit", "5000")
    assert judged(tmp_path / "h.json", text, *more) == 3
    assert capsys.readouterr().out.startswith("unknown: not decided in 5,000 steps")
    assert judged(tmp_path / "h.json", text, *more, "--json") == 3
    assert json.loads(capsys.readouterr().out)["ok"] is None
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "3 if the limit was" in capsys.readouterr().out


def test_a_limit_of_no_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["h.json", "--limit", "0"]) == 2
    assert capsys.readouterr().err == "--limit 0: a limit is at least 1 step\n"


def test_half_a_character_can_be_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps([{**ENTRIES[2]}, {**ENTRIES[3], "value": "\ud800"}])
    assert judged(tmp_path / "h.json", text, "--model", "register") == 1
    assert 'read → "\\ud800"' in capsys.readouterr().out


def test_without_the_library_for_edn_one_sentence_says_so(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "edn_format":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert judged(tmp_path / "h.edn", EDN, "--model", "register") == 2
    assert capsys.readouterr().err == (
        f"{tmp_path / 'h.edn'}: a file in EDN needs the library edn_format; install "
        "it, or save the history as JSON\n"
    )


def test_the_library_for_edn_is_loaded_only_for_edn() -> None:
    code = "import sys, sim.check.__main__; sys.exit('edn_format' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=SNIPPETS, check=False)
    assert done.returncode == 0
