"""Levels in memory, as a Pusher reads and settles them; slow, late or failing as a test asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from core.push import Pusher
from core.stock import Level, Push, Stock, Told
from core.ties import Ties
from core.words import Word
from tests.core.stand_ins import StandInChannel

START = 1_795_521_600.0


async def at_once() -> None:
    """Nothing takes any time."""


async def tell(pusher: Pusher, *levels: Level) -> None:
    """Have the channel told these levels; comes back when each is told or owed."""
    await asyncio.gather(*[future for level in levels if (future := pusher.ask(level)) is not None])


class Shelf:
    """What is on hand and what each channel was told; `pause` runs before every read and every write."""

    def __init__(self) -> None:
        self.levels: dict[str, Level] = {}
        self.words: list[tuple[str, str, Told]] = []
        self.reads = 0
        self.leases: list[tuple[int, float]] = []
        self.pause: Callable[[], Awaitable[None]] = at_once
        self.error: Exception | None = None

    def clock(self) -> float:
        """The loop's time, as if it had begun at START."""
        return START + asyncio.get_running_loop().time()

    def pusher(self, channel: StandInChannel) -> Pusher:
        """Something that tells the channel what lies on this shelf."""

        async def settle(sku: str, word: Word) -> Level | None:
            return await self._settle(channel.name, sku, word)

        return Pusher(channel, Ties(self.read, settle, self.clock))

    def put(self, sku: str, physical: int, *, own: Mapping[str, int] | None = None) -> Level:
        """Have so many on hand from now on; `own`: the channels that sold some of the difference themselves."""
        known = self.levels.get(sku, Level(Stock(sku, counted_at=0.0)))
        stock = replace(known.stock, physical=physical, version=known.stock.version + 1)
        sales = {name: known.own.get(name, 0) + units for name, units in (own or {}).items()}
        self.levels[sku] = replace(known, stock=stock, own={**known.own, **sales})
        return self.levels[sku]

    def told(self, sku: str, channel: str = "shopify") -> Told:
        """What the channel was last told."""
        return self.levels[sku].told[channel]

    def is_owed(self, sku: str, channel: str = "shopify") -> bool:
        """Whether it is written down that the channel is owed this SKU."""
        return channel in self.levels[sku].told and self.told(sku, channel).status is Push.OWED

    async def read(self, skus: Sequence[str], lease: float = 0.0) -> Mapping[str, Level]:
        """The levels as they are now, late."""
        self.reads += 1
        self.leases.append((len(skus), lease))
        if self.error is not None:
            raise self.error
        found = {sku: self.levels[sku] for sku in skus}
        await self.pause()
        return found

    async def _settle(self, channel: str, sku: str, word: Word) -> Level | None:
        await self.pause()
        if self.error is not None:
            raise self.error
        self.words.append((channel, sku, word.told))
        known = self.levels[sku]
        if channel in known.claimed:
            return known
        own = dict(known.own)
        if word.told.status is Push.CONFIRMED and channel in own:
            own[channel] -= word.level.own.get(channel, 0)
        self.levels[sku] = replace(known, told={**known.told, channel: word.told}, own=own)
        return None if known.stock.version == word.level.stock.version else self.levels[sku]
