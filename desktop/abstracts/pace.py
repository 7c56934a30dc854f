"""How fast a run goes and how long it still takes, from what was done lately; plain sums without a clock of their own."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QCoreApplication

# Long enough that one long text does not change the figure, short enough to follow a computer that gets busy.
_WINDOW_S = 30.0
# Before this nothing is said: the first texts wait for the student to be opened.
_LEAST_S = 3.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("Pace", text)


class Pace:
    """Takes (seconds, records done) as they come and tells the rate of the last half minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def start(self) -> None:
        """Forget what was seen: a run that goes on after a pause must not count the pause."""
        self._seen.clear()

    def take(self, now_s: float, done: int) -> None:
        """At a time of a clock that never goes back, so many records were done."""
        self._seen.append((now_s, done))
        while len(self._seen) > 2 and self._seen[1][0] <= now_s - _WINDOW_S:
            self._seen.popleft()

    @property
    def rate_per_s(self) -> float | None:
        """Records a second; None while too little was seen."""
        if len(self._seen) < 2:
            return None
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        if last_s - first_s < _LEAST_S or last <= first:
            return None
        return (last - first) / (last_s - first_s)

    def left_s(self, total: int) -> float | None:
        """Seconds until `total` records are done; None where that is not known."""
        rate = self.rate_per_s
        if rate is None or total <= 0:
            return None
        return max(0, total - self._seen[-1][1]) / rate


def rate_words(rate_per_s: float) -> str:
    """A rate with as many digits as mean something."""
    if rate_per_s < 1:
        return _tr("{0} a minute").format(f"{rate_per_s * 60:.0f}")
    return _tr("{0} a second").format(f"{rate_per_s:.1f}" if rate_per_s < 10 else f"{rate_per_s:.0f}")


def left_words(left_s: float) -> str:
    """A time that is left, rounded: nobody can know it to the second."""
    if left_s < 10:
        return _tr("a few seconds left")
    if left_s < 90:
        return _tr("about {0} seconds left").format(round(left_s / 10) * 10)
    minutes = round(left_s / 60)
    if minutes < 90:
        return _tr("about {0} minutes left").format(minutes)
    hours, rest = divmod(round(minutes / 10) * 10, 60)
    return _tr("about {0} h {1} min left").format(hours, rest)
