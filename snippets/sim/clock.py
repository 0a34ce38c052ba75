"""The clocks that a node can read. None of them shows the world's own time."""

from __future__ import annotations

from collections.abc import Sequence

MILLION = 1_000_000


class Clock:
    """A quartz clock: started at a wrong time, running too fast or too slow, set.

    `offset`: ms that the wall clock is ahead at the start. `drift`: parts per
    million, between -1,000,000 and 1,000,000, or ValueError; +100 gains 100
    microseconds in a second. `steps`: pairs (at, by), in
    ms: at that true time somebody sets the wall clock by that much. `leap`: a true
    time in ms at which a second is inserted; a POSIX clock then shows the same
    second twice, which is to say that it steps back by 1000 ms.
    """

    __slots__ = ("_drift", "_offset", "_steps")

    def __init__(
        self,
        offset: float = 0.0,
        drift: int = 0,
        steps: Sequence[tuple[float, float]] = (),
        leap: float | None = None,
    ) -> None:
        if not -MILLION < drift < MILLION:
            raise ValueError(f"drift={drift}: a clock drifts by less than 1000000 ppm")
        self._drift = drift
        self._offset = round(offset * 1000)
        everything = [*steps, *([] if leap is None else [(leap, -1000.0)])]
        self._steps = [(round(at * 1000), round(by * 1000)) for at, by in everything]

    def monotonic(self, now: int) -> int:
        """Microseconds since the start, as this clock counts them: never back."""
        return now + now * self._drift // MILLION

    def wall(self, now: int) -> int:
        """Microseconds since the start of the world's day, as this clock is set."""
        set_by = sum(by for at, by in self._steps if at <= now)
        return self._offset + self.monotonic(now) + set_by

    def true(self, span: int) -> int:
        """How long `span` microseconds on this clock really take, rounded up."""
        return -(-span * MILLION // (MILLION + self._drift))
