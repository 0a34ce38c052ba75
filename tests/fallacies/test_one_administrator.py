"""What docs/fallacies/one_administrator.md says: three opinions of a proxy."""

from typing import Any

import pytest

from sim import Trace
from tests.programs import program

PROXY = "fallacies/one_administrator/proxy_with_opinions"
Printed = pytest.CaptureFixture[str]


def run(capsys: Printed, **settings: Any) -> tuple[list[str], Trace]:
    """What the program prints, line by line, and its trace."""
    world = program(PROXY).main(**settings)
    return capsys.readouterr().out.splitlines(), world.trace


def received_by(trace: Trace, node: str) -> list[str]:
    return [e.received.body for e in trace.events if e.node == node and e.received]


def test_the_two_ends_tell_different_stories(capsys: Printed) -> None:
    printed, trace = run(capsys)
    assert printed == [
        "   shop: GET / → 200, plain",
        "browser: GET /, gzip ok → 200, plain",
        "browser: PATCH /cart → 405 Not Allowed",
        "browser: GET /report → 504 Timeout",
        "   shop: GET /report → 200, plain",
    ]
    assert not any("PATCH" in body for body in received_by(trace, "shop"))
    assert received_by(trace, "proxy")[-1] == "200, plain"
    assert received_by(trace, "browser")[-1] == "504 Timeout"


def test_https_leaves_the_time_limit_alone(capsys: Printed) -> None:
    printed, _ = run(capsys, connection="HTTPS")
    assert [line for line in printed if line.startswith("browser")] == [
        "browser: GET /, gzip ok → 200, packed",
        "browser: PATCH /cart → 200, plain",
        "browser: GET /report → closed",
    ]


def test_https_that_the_company_opens_is_read_like_http(capsys: Printed) -> None:
    assert run(capsys, connection="HTTPS, opened")[0] == run(capsys)[0]


@pytest.mark.parametrize("connection", ["HTTP", "HTTPS", "HTTPS, opened"])
@pytest.mark.parametrize("heartbeat", range(0, 81, 10))
def test_the_report_arrives_if_a_byte_comes_at_least_once_a_minute(
    heartbeat: int, connection: str, capsys: Printed
) -> None:
    """A byte takes 20 ms more than the limit allows if the heartbeat is the limit."""
    printed, _ = run(capsys, connection=connection, heartbeat=heartbeat)
    arrives = "browser: GET /report → 200, plain" in printed
    assert arrives is (0 < heartbeat < 60)
    assert "   shop: GET /report → 200, plain" in printed
