"""The simulator's own page: what it says about its second program."""

import pytest

from sim import Plot
from sim.program.find import find, load


@pytest.mark.parametrize("seed", range(5))
def test_a_busy_server_keeps_its_requests_waiting(seed: int):
    """For one queue and one server of this kind, the mean time is work / (1 - load)."""
    plot = load(find("simulator/simulator/busy_server")).main(seed=seed)
    assert isinstance(plot, Plot)
    half, most = plot.series
    middle = dict(half.points)
    high = {load: high for load, _, high in most.points}

    assert middle[5] < 10  # the work itself, which half of the requests need
    assert middle[95] > 3 * middle[50]
    assert high[95] > 3 * high[50]
