"""A server between three shops of this process, each at its marketplace's real limits, and what it tells them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from benchmarks.children import Child
from benchmarks.load import send
from benchmarks.orders import as_request
from benchmarks.servers import AUTHORISED, ask, syncstate
from playground.door import hang_up
from playground.ids import Ids
from playground.outside import STALLS
from playground.slack.server import serve
from playground.stall import Stall
from playground.stand_in import Call

START = 1_000_000
_CONNECTIONS = 64
_SETTLED = 0.2
_QUIET = 6.0
_PATIENCE = 240.0
_CREATED = {"shopify": "orders/create", "woocommerce": "order.created"}


@dataclass(slots=True)
class Shop:
    """One shop, and what it was told: `told` has the moments (s) and quantities by SKU, in order."""

    stall: Stall
    told: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    _read: int = 0
    _open: list[Call] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """How many calls it has had so far."""
        return len(self.stall.shop.calls)

    async def listen(self) -> None:
        """Note what it is told, until cancelled."""
        async for _ in self.stall.shop.subscribe():
            self._note()

    def _note(self) -> None:
        calls = self.stall.shop.calls
        self._open += calls[self._read :]
        self._read = len(calls)
        waiting, self._open = self._open, []
        for call in waiting:
            if call.status is None:
                self._open.append(call)
            elif call.status == HTTPStatus.OK:
                at = call.answered_at or call.at
                for sku in self.stall.told_by(call):
                    self.told.setdefault(sku, []).append((at, self.stall.quantity(sku)))


@dataclass(frozen=True, slots=True)
class Market:
    """The server and its shops by the name of their channel."""

    server: Child
    shops: Mapping[str, Shop]

    async def count(self, quantities: Mapping[str, int]) -> None:
        """Set what is on hand of each SKU, all at once."""
        requests = [
            as_request("PUT", f"/api/inventory/{sku}", AUTHORISED, b'{"physical": %d}' % quantity)
            for sku, quantity in quantities.items()
        ]
        figures = await send(self.server.port, requests, _CONNECTIONS)
        assert figures.good == len(requests), f"{figures.bad} quantities were not taken"

    def orders(self, channel: str, skus: Sequence[str]) -> Iterator[bytes]:
        """What the shop posts when it sells one of each of the SKUs, in turn: sold when it is asked for."""
        stall, topic = self.shops[channel].stall, _CREATED[channel]
        for sku in skus:
            stall.buy(sku, 1)
            sent = [each for each in stall.shop.outbox.take_all() if each.topic == topic]
            assert len(sent) == 1, f"{channel} posts {len(sent)} orders"
            yield as_request("POST", sent[0].url, dict(sent[0].headers), sent[0].body)

    async def shows(self, wanted: Mapping[str, int], seconds: float) -> float:
        """Seconds until every shop shows these quantities and nothing is owed; AssertionError after `seconds`."""
        began = time.monotonic()
        while True:
            wrong = self._wrong(wanted)
            owed = {} if wrong else await asyncio.to_thread(self._owed)
            took = time.monotonic() - began
            if not wrong and not any(owed.values()):
                return took
            assert took < seconds, f"after {took:.0f} s wrong: {wrong}, owed: {owed}"
            await asyncio.sleep(_SETTLED)

    async def rest(self) -> None:
        """Until no shop is asked anything for a while: what the first broadcast brought with it is over."""
        before = -1
        while before != (calls := sum(shop.calls for shop in self.shops.values())):
            before = calls
            await asyncio.sleep(_QUIET)

    def _wrong(self, wanted: Mapping[str, int]) -> dict[str, int]:
        shown = {name: shop.stall.quantity for name, shop in self.shops.items()}
        counts = {name: sum(show(sku) != count for sku, count in wanted.items()) for name, show in shown.items()}
        return {name: count for name, count in counts.items() if count}

    def _owed(self) -> dict[str, int]:
        return {each["channel"]: each["owed"] for each in ask(self.server, "/api/channels")["channels"]}


@asynccontextmanager
async def a_market(folder: Path, skus: Sequence[str]) -> AsyncIterator[Market]:
    """A market where every shop lists the SKUs and was told all that is on hand of them, `START` of each."""
    ids = Ids(random.Random(1))
    async with AsyncExitStack() as stack:
        shops: dict[str, Shop] = {}
        env: dict[str, str] = {}
        for make in STALLS:
            stall = make(time.time, ids)
            for sku in skus:
                stall.put_on_sale(sku, sku, START - 1, "")
            env |= stall.settings(await stack.enter_async_context(serve(stall.app(hang_up))))
            shop = shops[stall.name] = Shop(stall)
            stack.callback(asyncio.create_task(shop.listen()).cancel)
        server = await asyncio.to_thread(stack.enter_context, syncstate(folder, env))
        market = Market(server, shops)
        await market.count(dict.fromkeys(skus, START))
        await market.shows(dict.fromkeys(skus, START), _PATIENCE)
        yield market
