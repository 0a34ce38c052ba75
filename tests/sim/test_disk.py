"""A disk is a dictionary of copies."""

import pytest

from sim import Disk


def test_what_changes_in_memory_is_not_on_the_disk():
    disk, cart = Disk(), ["book"]
    disk["cart"] = cart
    cart.append("pen")
    assert disk["cart"] == ["book"]
    disk["cart"].append("bag")
    assert disk["cart"] == ["book"]


def test_it_is_a_dictionary():
    disk = Disk()
    disk.update(a=1, b=(2, [3]))
    del disk["a"]
    assert dict(disk) == {"b": (2, [3])}
    assert (len(disk), list(disk), disk.get("c", 9)) == (1, ["b"], 9)
    assert repr(disk) == "Disk({'b': (2, [3])})"
    with pytest.raises(KeyError):
        disk["a"]
