"""A token bucket, as both marketplaces limit their callers with."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`restored` points each second, into a bucket that holds at most `burst`."""

    restored: float
    burst: float


class Bucket:
    """Points that come back with time: full at the start, never above the burst."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self.rate = rate
        self._clock = clock
        self._points = float(rate.burst)
        self._at = clock()

    def available(self) -> float:
        """Return the points there are now."""
        now = self._clock()
        self._points = min(self.rate.burst, self._points + (now - self._at) * self.rate.restored)
        self._at = now
        return self._points

    def take(self, points: float) -> bool:
        """Take `points` and return True, or take none and return False when there are not enough."""
        if self.available() < points:
            return False
        self._points -= points
        return True

    def give_back(self, points: float) -> None:
        """Put back points that were taken and not used."""
        self._points = min(self.rate.burst, self.available() + points)
