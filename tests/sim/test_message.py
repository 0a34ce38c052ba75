"""Copies of what travels, and labels of it."""

import subprocess
import sys

import pytest

from sim.message import copied, label


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("GET /cart", "GET /cart"),
        (None, "None"),
        (True, "True"),
        (2.5, "2.5"),
        (("put", "cart", 3), "put cart 3"),
        (["ok", (1, 0, 2)], "ok (1, 0, 2)"),
        ({"set": "x", "to": 4}, "set x, to 4"),
        ({"b", "a"}, "a b"),
        ((), ""),
    ],
)
def test_a_label_is_short_and_the_same_in_every_run(body, words):
    assert label(body) == words


def test_a_set_has_the_same_label_under_every_hash_seed():
    code = "from sim.message import label; print(label({'x', 'yy', 'zzz', 'wwww'}))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert texts == {"wwww x yy zzz\n"}


def test_only_what_can_change_is_copied():
    frozen = ("put", "cart", 3)
    assert copied(frozen) is frozen
    inside = ("put", ["book"])
    other = copied(inside)
    assert other == inside
    assert other[1] is not inside[1]


def test_a_subclass_of_an_immutable_type_may_change():
    class Tagged(str):
        __slots__ = ("tags",)

    word = Tagged("word")
    word.tags = ["a"]
    assert copied(word).tags is not word.tags
