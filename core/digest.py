"""What a digest tells: a few numbers for a reader with twenty seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.alerts import Alert
from core.changes import Entry
from core.channels import ChannelHealth
from core.forecast import days_of_cover
from core.stock import Level

_SOONEST = 5


@dataclass(frozen=True, slots=True)
class Movement:
    """Units of one SKU sold and put back between two times."""

    sku: str
    sold: int
    returned: int


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A SKU with `broadcast` units left to sell for `days` days at its present pace."""

    sku: str
    broadcast: int
    days: float


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """Everything a digest tells of the time from `since` to `until` (epoch s)."""

    since: float
    until: float
    movements: tuple[Movement, ...]
    soonest: tuple[RunningOut, ...]
    alerts: tuple[Alert, ...]
    channels: tuple[ChannelHealth, ...]

    @property
    def sold(self) -> int:
        """Units sold in all."""
        return sum(movement.sold for movement in self.movements)

    @property
    def returned(self) -> int:
        """Units put back in all."""
        return sum(movement.returned for movement in self.movements)


def movement_of(sku: str, entries: Sequence[Entry]) -> Movement:
    """What the ledger rows of one SKU say was sold and put back through channels."""
    moved = [entry.delta for entry in entries if entry.channel]
    return Movement(sku, -sum(delta for delta in moved if delta < 0), sum(delta for delta in moved if delta > 0))


def soonest_out(levels: Sequence[Level], today: int) -> tuple[RunningOut, ...]:
    """The SKUs that run out first, soonest first; those that do not sell are left out."""
    found = [
        RunningOut(level.sku, level.stock.broadcast, days)
        for level in levels
        if level.stock.managed and (days := days_of_cover(level.stock.broadcast, level.sold, today)) is not None
    ]
    return tuple(sorted(found, key=lambda item: (item.days, item.sku))[:_SOONEST])
