"""What is read for people over many SKUs: the digest, and what sells most today."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from core.alerts import KINDS, STOCK_FAMILY, STORM, gravest_first
from core.changes import Entry
from core.channels import ChannelHealth
from core.digest import DigestFacts, Mover, biggest_movers, movement_of, soonest_out
from core.ports import Store
from core.scarcity import scarce
from core.stock import Level

_DAY = 86_400
_PACE_DAYS = 14
_ROWS = 100
_AT_ONCE = 16
_LEVELS_AT_ONCE = 100
_MOST_ALERTS = 500
_KEPT = 60.0
_PER_SECOND = 20


class Summaries:
    """Reads from the store, at the pace of a person who looks; every method raises Unavailable."""

    def __init__(
        self, store: Store, health: Callable[[], Awaitable[Sequence[ChannelHealth]]], clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._health = health
        self._clock = clock
        self._movers: tuple[Mover, ...] = ()
        self._movers_until = 0.0

    async def digest(self, since: float, until: float) -> DigestFacts:
        """What a digest tells of the time between (epoch s)."""
        today = int(until // _DAY)
        first_day = min(today - _PACE_DAYS + 1, int(since // _DAY))
        levels = await self._levels(await self._store.moved_since(first_day))
        skus = [level.sku for level in levels if level.updated_at >= since]
        gate = asyncio.Semaphore(_AT_ONCE)
        entries = await asyncio.gather(*[self._entries(gate, sku, since, until) for sku in skus])
        movements = [movement_of(sku, found) for sku, found in zip(skus, entries, strict=True)]
        alerts = await self._store.list_alerts("", "", _MOST_ALERTS)
        sold: Counter[int] = Counter()
        for level in levels:
            sold.update({day: units for day, units in level.sold.items() if units > 0})
        return DigestFacts(
            since=since,
            until=until,
            movements=tuple(sorted(movements, key=lambda m: (-m.sold, m.sku))),
            soonest=soonest_out(levels, today),
            alerts=gravest_first([alert for alert in alerts.items if alert.kind != STORM]),
            channels=tuple(await self._health()),
            pace=tuple(sold[day] for day in range(today - _PACE_DAYS + 1, today + 1)),
        )

    async def scarce(self) -> list[Level]:
        """What is low or gone, the worst first, from the open stock alerts."""
        skus: list[str] = []
        cursor = ""
        while True:
            page = await self._store.list_alerts("", cursor, _LEVELS_AT_ONCE)
            skus += [alert.sku for alert in page.items if KINDS[alert.kind].family == STOCK_FAMILY]
            cursor = page.cursor
            if not cursor or len(skus) >= _MOST_ALERTS:
                return scarce(await self._levels(list(dict.fromkeys(skus))), int(self._clock() // _DAY))

    async def movers(self) -> tuple[Mover, ...]:
        """What sells most today (UTC), kept for a minute, and longer where many SKUs moved."""
        now = self._clock()
        if now >= self._movers_until:
            today = int(now // _DAY)
            levels = await self._levels(await self._store.moved_since(today))
            self._movers = biggest_movers(levels, today)
            self._movers_until = now + max(_KEPT, len(levels) / _PER_SECOND)
        return self._movers

    async def _levels(self, skus: Sequence[str]) -> list[Level]:
        found: list[Level] = []
        for start in range(0, len(skus), _LEVELS_AT_ONCE):
            found += (await self._store.levels(skus[start : start + _LEVELS_AT_ONCE])).values()
        return found

    async def _entries(self, gate: asyncio.Semaphore, sku: str, since: float, until: float) -> list[Entry]:
        found: list[Entry] = []
        cursor = ""
        async with gate:
            while True:
                page = await self._store.history(sku, cursor, _ROWS)
                found += [entry for entry in page.items if since <= entry.at < until]
                if not page.cursor or page.items[-1].at < since:
                    return found
                cursor = page.cursor
