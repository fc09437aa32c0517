"""Two instances over one store and three shops, with a network between that delays, reorders, doubles and loses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import uuid4

import httpx2

from core.expected import PATIENCE
from core.house import House
from core.jobs import broadcast
from core.ports import Store
from core.stock import Told
from core.stores.dynamodb import DynamoStore
from core.sweeper import Sweeper
from parts import World, make_house
from playground.amazon.seller import Seller
from playground.bucket import Bucket, Rate
from playground.ids import Ids
from playground.outside import STALLS
from playground.stall import Stall
from settings import Settings
from tests.core.stand_ins import FOREVER
from tests.core.stores.engines import ministack

CHANNELS = ("shopify", "amazon", "woocommerce")
START = 1_000
_CHANGES = 20
_SLOW, _LATE = 0.02, 0.15
_LOST, _DOUBLED, _SOLD = 0.02, 0.2, 0.3
_SECONDS = 60.0
_PORT = 9_001
_QUICK = Rate(restored=500, burst=500)
_SOURCES = {"orders/create": "shopify", "order.created": "woocommerce", "ORDER_CHANGE": "amazon"}


@dataclass(slots=True)
class Clock:
    """The time of day (epoch s), and what was skipped of it."""

    skipped: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.skipped


class Network(httpx2.AsyncBaseTransport):
    """Brings every request to its shop, and the answer back, after a time of its own; some answers never."""

    def __init__(self, stalls: Mapping[str, Stall], rng: Random) -> None:
        self._rng = rng
        self._shops = [httpx2.ASGITransport(stall.app(lambda: None)) for stall in stalls.values()]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(self._rng.random() * _SLOW)
        answer = await self._shops[(request.url.port or _PORT) - _PORT].handle_async_request(request)
        await asyncio.sleep(self._rng.random() * _SLOW)
        if self._rng.random() < _LOST:
            raise httpx2.ReadTimeout("the answer is lost", request=request)
        return answer


@dataclass(frozen=True, slots=True)
class _World(World):
    """The world of one instance, whose only way out is the network."""

    network: Network | None = None

    @staticmethod
    def of(store: Store, clock: Clock, network: Network) -> _World:
        """That of an instance on this store."""
        return _World(clock=clock, around=lambda _: store, network=network)

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=self.network)


@dataclass(frozen=True, slots=True)
class Trade:
    """The instances, the shops, and what chance decides."""

    houses: Sequence[House]
    stalls: Mapping[str, Stall]
    rng: Random
    clock: Clock

    async def change(self, skus: Sequence[str]) -> None:
        """Change each SKU 20 times in quick succession, by people on either instance and by sales in the shops."""
        await asyncio.gather(*[self._change(sku) for sku in skus])

    async def _change(self, sku: str) -> None:
        works = []
        for _ in range(_CHANGES):
            works.append(asyncio.ensure_future(self._sell(sku) if self.rng.random() < _SOLD else self._count(sku)))
            await asyncio.sleep(self.rng.random() * _SLOW)
        await asyncio.gather(*works)

    async def _count(self, sku: str) -> None:
        house, delta = self.rng.choice(self.houses), self.rng.choice((-3, -2, -1, 1, 2))
        await asyncio.sleep(self.rng.random() * _SLOW)
        await house.service.adjust(sku, "tests", delta=delta)

    async def _sell(self, sku: str) -> None:
        """A shop sells one, and says so late, perhaps twice, to either instance."""
        stall = self.rng.choice(list(self.stalls.values()))
        stall.buy(sku, 1)
        sent = [each for each in stall.shop.outbox.take_all() if each.topic in _SOURCES]
        copies = sent * (2 if self.rng.random() < _DOUBLED else 1)
        await asyncio.gather(*[self._bring(stall.name, each.headers, each.body) for each in copies])

    async def _bring(self, channel: str, headers: Mapping[str, str], body: bytes) -> None:
        await asyncio.sleep(self.rng.random() * _LATE)
        service = self.rng.choice(self.houses).service
        read = {name.lower(): value for name, value in headers.items()}
        await service.receive(channel, service.marketplaces[channel].parse(read, body, self.clock()))

    async def settle(self) -> None:
        """Let the periodic work run until nothing is left to do but to wait for orders that may be on their way."""
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until and not await self._is_done():
            for turn, house in enumerate(self.houses):
                await Sweeper(house.store, house.follow_up).sweep(FOREVER)
                await broadcast(house.store, house.follow_up, turn)
            await asyncio.sleep(0.5)

    async def wait_out(self) -> None:
        """Let the ten minutes pass that such an order is waited for."""
        self.clock.skipped += PATIENCE
        await self.settle()

    async def wrong(self, skus: Sequence[str]) -> Mapping[str, list[str]]:
        """The SKUs of which a shop does not show what is on hand, by channel."""
        levels = await self.houses[0].store.levels(skus)
        return {
            name: [sku for sku in skus if stall.quantity(sku) != levels[sku].stock.broadcast]
            for name, stall in self.stalls.items()
        }

    async def untrue(self, skus: Sequence[str]) -> Mapping[str, list[str]]:
        """The SKUs of which a shop shows more than there is, or fewer without anybody knowing, by channel."""
        store = self.houses[0].store
        levels = await store.levels(skus)
        found: dict[str, list[str]] = {}
        for name, stall in self.stalls.items():
            owed = frozenset((await store.owed(name, "", len(skus))).items)
            apart = {sku: stall.quantity(sku) - levels[sku].stock.broadcast for sku in skus}
            found[name] = [sku for sku, units in apart.items() if units > 0 or (units < 0 and sku not in owed)]
        return found

    async def _is_done(self) -> bool:
        store = self.houses[0].store
        if await store.unfinished(FOREVER, 1):
            return False
        for name in self.stalls:
            levels = await store.levels((await store.owed(name, "", 1_000)).items)
            if any(level.told[name].low is None or self._is_overdue(level.told[name]) for level in levels.values()):
                return False
        return True

    def _is_overdue(self, told: Told) -> bool:
        return self.clock() - told.low_since >= PATIENCE


def two_stores(clock: Clock) -> list[Store]:
    """One store, as each of two instances sees it: MiniStack in this process, which is slow beside so much."""
    client, prefix = ministack().connect(), f"t{uuid4().hex[:12]}-"
    return [
        DynamoStore(
            client, prefix, name, CHANNELS, clock, lambda: str(uuid4()), lambda: 0.0, protect=False, deadline=30.0
        )
        for name in ("one", "two")
    ]


@asynccontextmanager
async def trading(folder: Path, skus: Sequence[str], seed: int) -> AsyncIterator[Trade]:
    """Two instances on one store, and shops that were told of every SKU."""
    rng, clock = Random(seed), Clock()
    stalls = {stall.name: stall for stall in (make(clock, Ids(rng)) for make in STALLS)}
    for stall in stalls.values():
        if isinstance(stall.shop, Seller):
            stall.shop.patches = Bucket(_QUICK, clock)
        for sku in skus:
            stall.put_on_sale(sku, sku, START, "")
    env: dict[str, str] = {}
    for port, stall in enumerate(stalls.values(), _PORT):
        env |= stall.settings(f"http://127.0.0.1:{port}")
    settings = Settings.from_env({**env, "SYNCSTATE_DATA_DIR": str(folder)})
    async with AsyncExitStack() as stack:
        network = Network(stalls, rng)
        houses = [make_house(settings, _World.of(store, clock, network), follows=True) for store in two_stores(clock)]
        for house in houses:
            await house.open()
            stack.push_async_callback(house.close)
        trade = Trade(houses, stalls, rng, clock)
        await asyncio.gather(*[houses[0].service.adjust(sku, "tests", physical=START) for sku in skus])
        await trade.settle()
        assert await trade.wrong(skus) == {name: [] for name in stalls}
        yield trade
