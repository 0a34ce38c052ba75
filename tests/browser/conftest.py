"""A desk with a warm Python for each file of tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.desk import Desk, desk_at
from tests.published import Site


@pytest.fixture(scope="module")
def warm_desk(chromium: Browser, site: Site) -> Iterator[Desk]:
    """A page on which a program has run already."""
    with desk_at(chromium, site, "ordering/happened_before/") as desk:
        desk.card("merged_logs").run()
        yield desk


@pytest.fixture
def desk(warm_desk: Desk) -> Iterator[Desk]:
    """The warm desk; nothing may go wrong on it."""
    warm_desk.faults.clear()
    yield warm_desk
    assert warm_desk.faults == []
