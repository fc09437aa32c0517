"""How soon each channel is told of an order that another took, and how many requests many changes cost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from benchmarks.market import START, Market, Shop, a_market
from benchmarks.paced import send_as_made
from benchmarks.rounds import Effort
from benchmarks.sales import finish
from benchmarks.table import Row, at_most

_RATES = (1, 50, 200)
_PACES = {"amazon": 5}
_SECONDS, _QUICK_SECONDS = 20, 8
_QUICK_ROUNDS = 2
_SELLERS = ("shopify", "woocommerce")
_SKUS = {seller: tuple(f"{seller.upper()}-{number:02}" for number in range(30)) for seller in _SELLERS}
_MANY = tuple(f"SKU-{number:04}" for number in range(1_000))
_IN_TIME = 2.0
_SETTLES = 120.0
_MOST_REQUESTS = {"shopify": 8}


@dataclass(slots=True)
class Sold:
    """When each order was sent (s), by SKU and in order."""

    at: dict[str, list[float]] = field(default_factory=dict)

    def note(self, requests: Iterator[bytes], skus: Sequence[str]) -> Iterator[bytes]:
        """The requests, each noted as it is taken."""
        for sku, request in zip(skus, requests, strict=True):
            self.at.setdefault(sku, []).append(time.time())
            yield request


def measure(effort: Effort) -> list[Row]:
    """A row for each channel and rate, and one for each channel's requests. AssertionError where a listing is wrong."""
    seconds = _QUICK_SECONDS if effort.rounds <= _QUICK_ROUNDS else _SECONDS
    rows = [row for rate in _RATES for row in finish(_tell(effort.folder / f"telling-{rate}", rate, seconds))]
    return [*rows, *finish(_change(effort.folder / "changing"))]


async def _tell(folder: Path, rate: int, seconds: int) -> list[Row]:
    async with a_market(folder, [sku for skus in _SKUS.values() for sku in skus]) as market:
        sold, wanted = await _sell(market, rate, seconds)
        right = await market.shows(wanted, _SETTLES)
        return [_row(name, shop, sold, rate, right) for name, shop in market.shops.items()]


async def _sell(market: Market, rate: int, seconds: int) -> tuple[Sold, Mapping[str, int]]:
    """Sell at the rate, half of it in each shop that sells; what is left of each SKU."""
    count = rate * seconds // len(_SELLERS)
    sold, left = Sold(), Counter(dict.fromkeys((sku for skus in _SKUS.values() for sku in skus), START))
    streams: list[Iterator[bytes]] = []
    for seller in _SELLERS:
        skus = list(islice(cycle(_SKUS[seller]), count))
        left.subtract(skus)
        streams.append(sold.note(market.orders(seller, skus), skus))
    orders = (next(streams[number % len(streams)]) for number in range(count * len(streams)))
    figures = await send_as_made(market.server.port, orders, rate, count * len(_SELLERS))
    assert figures.bad == 0, f"{figures.bad} orders were not answered 200"
    return sold, left


def _row(name: str, shop: Shop, sold: Sold, rate: int, right: float) -> Row:
    waits = sorted(
        wait for sku, sent in sold.at.items() if sku not in _SKUS.get(name, ()) for wait in _waits(shop, sku, sent)
    )
    usual, late = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    what = f"order to {name} told, {rate}/s: p95"
    figure = f"{late:.2f} s of {len(waits)}, p50 {usual:.2f} s; all right {right:.1f} s after the last"
    if rate > _PACES.get(name, rate):
        return Row(what, f"{figure} (it takes {_PACES[name]} a second)")
    return at_most(what, figure, late, _IN_TIME, "s")


def _waits(shop: Shop, sku: str, sent: Sequence[float]) -> Iterator[float]:
    """Seconds from each order to the first quantity that its unit is taken off."""
    told = iter(shop.told.get(sku, ()))
    at, quantity = next(told)
    for number, began in enumerate(sent, 1):
        while quantity > START - number or at < began:
            at, quantity = next(told)
        yield at - began


async def _change(folder: Path) -> list[Row]:
    """Requests for a thousand changes that come as fast as they are taken."""
    async with a_market(folder, _MANY) as market:
        await market.rest()
        before = {name: shop.calls for name, shop in market.shops.items()}
        wanted = dict.fromkeys(_MANY, START - 1)
        await market.count(wanted)
        took = await market.shows(wanted, _SETTLES)
        calls = {name: shop.calls - before[name] for name, shop in market.shops.items()}
    return [_requests(name, count, took) for name, count in calls.items()]


def _requests(name: str, count: int, took: float) -> Row:
    what = f"requests to {name} for {len(_MANY):,} changed SKUs"
    figure = f"{count}, all channels right after {took:.0f} s"
    return (
        at_most(what, figure, count, _MOST_REQUESTS[name], "requests") if name in _MOST_REQUESTS else Row(what, figure)
    )
