"""Histories in files: what the command prints, and what it says of bad ones."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.check import History, HistoryError, linearizable, operations
from sim.check.__main__ import CHECKS, main

SNIPPETS = Path(__file__).resolve().parents[2] / "snippets"
HISTORIES = Path(__file__).parent / "histories"

STALE = """[
  {"process": "A", "type": "invoke", "f": "write", "value": 1},
  {"process": "A", "type": "ok", "f": "write", "value": 1},
  {"process": "B", "type": "invoke", "f": "read", "value": null},
  {"process": "B", "type": "ok", "f": "read", "value": null}
]
"""


def run(tmp_path: Path, text: str, *more: str) -> int:
    path = tmp_path / "history.json"
    path.write_text(text, "utf-8")
    return main([str(path), *more])


def test_a_history_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, STALE, "--model", "register") == 1
    assert capsys.readouterr().out == (
        "no: no place for “B read → nothing” (entries 2 and 3): every order that fits "
        "what was answered before it leaves the register holding 1, as after “A "
        "write 1”\n"
        "the longest order: A write 1\n"
    )
    assert run(tmp_path, STALE, "--model", "register", "--is", "sequential") == 0
    assert capsys.readouterr().out == (
        "yes: one order of the operations explains every answer\n"
        "one order: B read → nothing, A write 1\n"
    )


def test_the_verdict_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, STALE, "--is", "monotonic-reads", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "reason": "no read shows less than an earlier read of its session",
    }
    assert run(tmp_path, '{"history": "r1[x] w2[x] c2 w1[x] c1"}', "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["anomaly"] == "G-single"
    assert told["name"] == "lost update"
    assert told["cycle"] == [
        "T1 read the x that T2 replaced",
        "T1 overwrites the x that T2 wrote",
    ]


def test_the_file_says_what_to_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, '{"replicas": {"a": [1], "b": [2]}}') == 1
    assert "a and b have received the same updates" in capsys.readouterr().out
    assert run(tmp_path, f'{{"model": "register", "history": {STALE}}}') == 1
    steps = json.dumps([["w", "x", 1]])
    entry = f'[{{"process": 0, "type": "invoke", "f": "txn", "value": {steps}}}]'
    assert run(tmp_path, entry) == 0
    assert "one after the other" in capsys.readouterr().out


def test_from_the_shell() -> None:
    path = HISTORIES / "herlihy_wing_h2.json"
    command = [sys.executable, "-m", "sim.check", str(path), "--model", "queue"]
    done = subprocess.run(
        command, cwd=SNIPPETS, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("no: no place for “A dequeue → y”")


def test_from_the_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(STALE))
    assert main(["-", "--is", "read-your-writes"]) == 0
    assert capsys.readouterr().out.startswith("yes: ")


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_can_be_asked_for(
    check: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '{"model": "register", "replicas": {"a": 1}, "history": []}'
    assert run(tmp_path, text, "--is", check) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[\n  {]", "line 2: this is not JSON: Expecting property name enclosed"),
        ("{}", 'it holds no history; write a list of entries, or {"history": …}'),
        ('{"history": 3}', "a history is a list of entries, or a text"),
        ('{"story": []}', "'story' means nothing here; mend or remove it"),
        (
            STALE.replace('"B", "type": "ok"', '"C", "type": "ok"'),
            "line 5: entry 3: process 'C' gets the answer 'ok' and waits for none; put "
            "its invoke entry before this one",
        ),
        (
            STALE.replace('"A", "type": "ok"', '"A", "type": "okay"'),
            "line 3: entry 1: type is invoke, ok, fail or info, not 'okay'",
        ),
        (
            STALE.replace('"process": "B", "type": "i', '"type": "i'),
            "line 4: entry 2: process is missing; write for example {",
        ),
        (
            STALE.replace('"ok", "f": "write"', '"ok", "f": "read"'),
            "line 3: entry 1: process 'A' waits for its write of entry 0, and this "
            "answers 'read'; write the same f in both entries",
        ),
        (
            STALE.replace('"f": "read", ', "", 1),
            "line 4: entry 2: f, the name of the operation",
        ),
        (
            STALE.replace('"A", "type": "ok"', '"A", "type": "invoke"'),
            "line 3: entry 1: process 'A' invokes again while its write of entry 0 "
            "still waits; end that one first with ok, fail or info",
        ),
        (
            STALE.replace('"read"', '"reed"'),
            "line 4: entry 2: the register has read and write, not 'reed'; mend its f",
        ),
        (
            STALE.replace('"write"', '"enqueue"'),
            "line 2: entry 0: the register has read and write, not 'enqueue'; the "
            "model queue has it",
        ),
        (
            STALE.replace('"A", "type": "ok"', '"A", "time": 5, "type": "ok"').replace(
                '"B", "type": "ok"', '"B", "time": 4, "type": "ok"'
            ),
            "line 5: entry 3: time 4 comes after 5; sort the entries by time",
        ),
        (
            "[1]",
            "line 1: entry 0: an entry is an object with process, type, f and value",
        ),
    ],
)
def test_one_message_names_file_line_and_cure(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, text, "--model", "register", "--is", "linearizable") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{tmp_path / 'history.json'}")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.json"]) == 2
    assert capsys.readouterr().err == (
        "nowhere.json: No such file or directory; is the name right?\n"
    )


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        (STALE, [], "say what the object is: --model register or"),
        (STALE, ["--is", "convergent"], 'there are no replicas; add "replicas"'),
        (
            '{"history": "r1[x]"}',
            ["--is", "linearizable"],
            "can only be judged serializable",
        ),
    ],
)
def test_what_does_not_fit(
    text: str,
    more: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(tmp_path, text, *more) == 2
    assert message in capsys.readouterr().err


def test_a_history_that_writes_itself() -> None:
    history = History()
    history.invoke("A", "add", 1, "cart")
    history.info("A")
    history.invoke("A", "read", None, "cart")
    history.ok("A", [1])
    assert linearizable(json.loads(json.dumps(history)), "set")
    assert [str(op) for op in operations(history)] == [
        "A add of cart 1 (no answer)",
        "A read of cart → [1]",
    ]


def test_the_nemesis_is_passed_over() -> None:
    history = History()
    history.info("nemesis")
    history.invoke(0, "write", 1)
    history.ok(0)
    assert len(operations(history)) == 1


def test_an_error_tells_the_entry() -> None:
    with pytest.raises(HistoryError) as caught:
        operations([{"process": 0, "type": "ok"}])
    assert caught.value.entry == 0


def test_long_lists_and_orders_are_cut_short() -> None:
    history = History()
    for number in range(60):
        history.invoke("A", "add", number)
        history.ok("A")
    history.invoke("A", "read")
    history.ok("A", list(range(59)))
    verdict = linearizable(history, "set")
    assert "“A read → [0, 1, 2, 3, 4, …, 54, 55, 56, 57, 58]”" in verdict.reason
    assert str(verdict).endswith("A add 49 and 10 more")
    assert len(verdict.order) == 60
