"""When jobs are due: the same instants for every instance, each once, whatever clocks and daylight saving do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from core.cron import name_weekdays

_EXACT = 0.5
_LOOK_BACK = (timedelta(hours=3), timedelta(days=2), timedelta(days=9), timedelta(days=33), timedelta(days=370))


class Schedule(Protocol):
    """A plan of due times."""

    def latest_due(self, now: float) -> float | None:
        """The newest due time (epoch s) at or before `now`; None when there is none within a year."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """Due at each whole multiple of `seconds`."""

    seconds: float

    def latest_due(self, now: float) -> float | None:
        """The newest multiple."""
        return math.floor(now / self.seconds) * self.seconds


class Cron:
    """Due at the wall-clock times of a five-field crontab line in a time zone; weekdays by name, or by cron's numbers.

    A time that the clocks skip is due at the moment they skip it; one that they show twice is due the first time only.
    """

    def __init__(self, line: str, zone: ZoneInfo) -> None:
        self._zone = zone
        self._trigger = CronTrigger.from_crontab(name_weekdays(line), timezone=UTC)

    def latest_due(self, now: float) -> float | None:
        """The newest due time, found on a wall clock that never jumps and then placed in the zone."""
        wall = datetime.fromtimestamp(now, self._zone).replace(tzinfo=UTC) + timedelta(hours=3)
        for span in _LOOK_BACK:
            due = [instant for instant in self._instants(wall - span, wall) if instant <= now]
            if due:
                return max(due)
        return None

    def _instants(self, start: datetime, end: datetime) -> list[float]:
        found: list[float] = []
        fire = self._trigger.get_next_fire_time(None, start)
        while fire is not None and fire <= end:
            found.append(self._place(fire))
            fire = self._trigger.get_next_fire_time(fire, fire + timedelta(microseconds=1))
        return found

    def _place(self, wall: datetime) -> float:
        before = wall.replace(tzinfo=self._zone, fold=0)
        after = before.astimezone(UTC).astimezone(self._zone)
        if after.replace(tzinfo=None) == before.replace(tzinfo=None):
            return before.timestamp()
        return _skip(before)


def _skip(missing: datetime) -> float:
    """The moment at which the clocks skip a wall time that does not exist, by halving the day around it."""
    low, high = missing.timestamp() - 86_400, missing.timestamp() + 86_400
    zone = missing.tzinfo
    offset = datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > _EXACT:
        middle = (low + high) / 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return float(round(high))
