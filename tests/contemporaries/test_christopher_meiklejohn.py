"""What docs/contemporaries/christopher_meiklejohn.md says beyond its recorded run.

CRDTs: Shapiro, Preguiça, Baquero and Zawirski 2011, state-based: a merge is
associative, commutative and idempotent. Which rules survive a merge: Bailis and
others 2014.
"""

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import World
from sim.explore import State, explore
from sim.program.exercise import judged
from sim.program.find import find, load
from tests.programs import changed

TWO_CARTS = "contemporaries/christopher_meiklejohn/two_carts"
program = load(find(TWO_CARTS))
EXERCISE = "contemporaries/christopher_meiklejohn/exercises/escrow"
WITHOUT_LAMP = ("mug, voucher", "mug, voucher, voucher")


def contents(state: State) -> list[str]:
    return [str(node.cart) for node in state.nodes]


TAGS = st.frozensets(st.sampled_from("abcdef"))
CARTS = st.builds(program.Cart, TAGS, TAGS)


@given(CARTS, CARTS, CARTS)
def test_a_merge_does_not_care_about_order_or_repetition(
    a: Any, b: Any, c: Any
) -> None:
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(b).merge(b) == a.merge(b)


@pytest.mark.parametrize("duplicates", [0, 1])
def test_the_carts_agree_and_the_lamp_stays_out(duplicates: int) -> None:
    found = explore(
        program.build,
        sometimes={
            "one voucher": lambda state: contents(state) == [WITHOUT_LAMP[0]] * 2,
            "two vouchers": lambda state: contents(state) == [WITHOUT_LAMP[1]] * 2,
        },
        at_rest={
            "they agree": program.carts_agree,
            "without a lamp": lambda state: contents(state)[0] in WITHOUT_LAMP,
        },
        duplicates=duplicates,
    )

    assert found.ok


def test_two_vouchers_after_five_steps() -> None:
    failure = explore(program.build, always=program.one_voucher).failure

    assert failure is not None
    assert len(failure.schedule) == 5
    notes = [(e.name, e.text) for e in failure.world.trace.events if e.kind == "note"]
    assert notes[-2:] == [
        ("phone10", "mug, voucher, voucher"),
        ("laptop10", "mug, voucher, voucher"),
    ]


def test_without_the_second_set_the_lamp_comes_back() -> None:
    """Amazon's cart of 2007, with a union for a merge."""
    union = changed(
        TWO_CARTS,
        (
            "cart = Cart(cart.put | put, cart.taken | taken)",
            "cart = Cart((cart.put | put) - taken, frozenset())",
        ),
    )
    found = explore(union.build, at_rest=lambda state: "lamp" not in contents(state)[0])

    assert found.failure is not None


def test_to_take_what_arrived_last_is_no_merge() -> None:
    last = changed(
        TWO_CARTS,
        ("return Cart(self.put | other.put, self.taken | other.taken)", "return other"),
    )

    assert explore(last.build, at_rest=program.carts_agree).failure is not None


def test_a_merge_that_drops_a_voucher_keeps_the_carts_equal() -> None:
    """But then a customer has seen a price that is no longer true."""
    dropping = changed(
        TWO_CARTS,
        (
            "return Cart(self.put | other.put, self.taken | other.taken)",
            "put, taken = self.put | other.put, self.taken | other.taken\n"
            "        used = sorted(t for t in put if t.startswith('voucher'))\n"
            "        return Cart(put, taken | frozenset(used[1:]))",
        ),
    )
    found = explore(
        dropping.build, always=program.one_voucher, at_rest=program.carts_agree
    )

    assert found.ok


# Try it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("item not in str(cart)", 'me.name == "nobody"'),  # the voucher is never used
        ('elif item != "voucher" or item not in str(cart)', "else"),
        ("me.broadcast(cart)", "pass"),
        # Two devices that use one voucher each, and a merge that hides it:
        (
            'sorted(t.split("@")[0] for t in self.put - self.taken)',
            'sorted({t.split("@")[0] for t in self.put - self.taken})',
        ),
        ('@{me.name}{len(waiting)}"}', '@{me.name if item != "voucher" else 1}"}'),
        ("cart = cart.merge(message.body)", "cart = message.body"),
    ],
)
def test_what_is_no_answer(old: str, new: str) -> None:
    text = inspect.getsource(program)
    assert old in text

    assert not judged(text.replace(old, new), EXERCISE)["solved"]


def test_the_laptop_may_own_the_voucher_as_well() -> None:
    text = inspect.getsource(program)

    told = judged(
        text.replace("item not in str(cart)", 'me.name == "laptop"'), EXERCISE
    )

    assert told["solved"], told["says"]


def test_the_escrow_sends_no_message_more() -> None:
    path = find(EXERCISE).with_name("escrow_answer.py")
    text = path.read_text("utf-8").replace(
        "me.broadcast(cart)", "me.broadcast(cart), me.broadcast(cart)"
    )

    assert "4 are enough" in judged(text, EXERCISE)["says"]


def test_what_was_taken_out_can_be_put_in_again() -> None:
    """Every time it has a label of its own."""

    def build() -> World:
        world = World()
        world.add(program.device, "tea", "no tea", "tea", name="phone")
        world.add(program.device, "mug", name="laptop")
        return world

    found = explore(
        build, at_rest=lambda state: contents(state) == ["lamp, mug, tea"] * 2
    )

    assert found.ok
