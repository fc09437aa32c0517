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
_MOVERS = 5
_SOON = 7.0
_RETURNS = frozenset({"return", "refund"})


@dataclass(frozen=True, slots=True)
class Movement:
    """Units of one SKU sold, returned to stock, and put back because an order was cancelled, between two times."""

    sku: str
    sold: int
    returned: int
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A SKU with `broadcast` units left to sell for `days` days at its present pace."""

    sku: str
    broadcast: int
    days: float


@dataclass(frozen=True, slots=True)
class Mover:
    """A SKU of which `sold` units were sold today and `broadcast` are left to sell."""

    sku: str
    sold: int
    broadcast: int


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """Everything a digest tells of the time from `since` to `until` (epoch s).

    `alerts` are the unresolved ones, the gravest first; `pace` the units sold on each of the last days (UTC), `until`'s
    day last.
    """

    since: float
    until: float
    movements: tuple[Movement, ...]
    soonest: tuple[RunningOut, ...]
    alerts: tuple[Alert, ...]
    channels: tuple[ChannelHealth, ...]
    pace: tuple[int, ...] = ()

    @property
    def sold(self) -> int:
        """Units sold in all."""
        return sum(movement.sold for movement in self.movements)

    @property
    def returned(self) -> int:
        """Units returned to stock in all."""
        return sum(movement.returned for movement in self.movements)

    @property
    def cancelled(self) -> int:
        """Units put back by cancelled and edited orders in all."""
        return sum(movement.cancelled for movement in self.movements)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell: nothing moved, nothing needs anybody, nothing is owed."""
        moved = self.sold or self.returned or self.cancelled
        ailing = any(each.owed or each.error or each.failing_since or each.paused for each in self.channels)
        return not (moved or self.alerts or ailing or any(item.days < _SOON for item in self.soonest))


def movement_of(sku: str, entries: Sequence[Entry]) -> Movement:
    """What the ledger rows of one SKU say was sold and put back through channels."""
    moved = [entry for entry in entries if entry.channel]
    back = [entry for entry in moved if entry.delta > 0]
    returned = sum(entry.delta for entry in back if entry.action in _RETURNS)
    cancelled = sum(entry.delta for entry in back) - returned
    return Movement(sku, -sum(entry.delta for entry in moved if entry.delta < 0), returned, cancelled)


def biggest_movers(levels: Sequence[Level], today: int) -> tuple[Mover, ...]:
    """The SKUs that sold most on that day (UTC ordinal), most first."""
    found = [Mover(level.sku, level.sold.get(today, 0), level.stock.broadcast) for level in levels]
    sold = [mover for mover in found if mover.sold > 0]
    return tuple(sorted(sold, key=lambda mover: (-mover.sold, mover.sku))[:_MOVERS])


def soonest_out(levels: Sequence[Level], today: int) -> tuple[RunningOut, ...]:
    """The SKUs that run out first, soonest first; those that do not sell are left out."""
    found = [
        RunningOut(level.sku, level.stock.broadcast, days)
        for level in levels
        if level.stock.managed and (days := days_of_cover(level.stock.broadcast, level.sold, today)) is not None
    ]
    return tuple(sorted(found, key=lambda item: (item.days, item.sku))[:_SOONEST])
