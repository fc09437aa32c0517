"""Every request that we make of Amazon is one that Amazon's own models allow."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import httpx2
import pytest

from core.marketplaces.amazon import Amazon, operations
from core.marketplaces.amazon.operations import Operation
from playground.amazon.app import amazon_app
from tests.core.marketplaces.prism import MissingError, prisms
from tests.core.marketplaces.support import SellerWorld, open_seller, sample, want
from tests.core.marketplaces.test_amazon_examine import Box

MODELS = {
    "/listings/": "listingsItems_2021-08-01",
    "/orders/": "orders_2026-01-01",
    "/feeds/": "feeds_2021-06-30",
    "/reports/": "reports_2021-06-30",
    "/notifications/": "notifications",
}
OPERATIONS = sum(isinstance(each, Operation) for each in vars(operations).values())
KINDS = ("GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA", "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE")


class Recorder(httpx2.AsyncBaseTransport):
    """A network that remembers every request."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self.requests: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return await self._inner.handle_async_request(request)


async def tour(world: SellerWorld, amazon: Amazon) -> None:
    """Call everything that we ever call."""
    for n in range(1_001):
        world.seller.add_listing(f"SKU-{n}", 5)
    for sku in ("a/b c", "A,B", "100%", "ä漢"):
        world.seller.add_listing(sku, 5)
        await amazon.push([want(sku, 3)])
        assert [page async for page in amazon.listings([sku])]
    await amazon.push([want(f"SKU-{n}", 4) for n in range(501)])
    assert [page async for page in amazon.listings()]
    orders = [world.seller.buy([("SKU-1000", 1)]) for _ in range(2)]
    assert [page async for page in amazon.orders_since(world.time.at - 60)]
    await amazon.fetch_order(orders[0].id)
    assert not any(finding.problem for finding in await amazon.examine(mend=True))
    for kind in KINDS:
        await amazon.reports.ask(kind, world.time.at - 3_600, world.time.at)
    world.office.feeds.queued = 600.0
    world.time.stopped = True
    broken_off = asyncio.ensure_future(amazon.push([want(f"SKU-{n}", 4) for n in range(501)]))
    slept = len(world.time.slept)
    await world.seller.wait_for(lambda: len(world.time.slept) > slept)
    broken_off.cancel()
    await asyncio.gather(broken_off, return_exceptions=True)


def _operation(request: httpx2.Request) -> tuple[str, str]:
    """The request without what differs from one SKU or order to the next."""
    parts = request.url.raw_path.decode().partition("?")[0].split("/")
    return request.method, "/".join([*parts[:4], *("*" for _ in parts[4:])])


async def _check(requests: Sequence[httpx2.Request], served: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Prism's word on the first few requests of each operation."""
    seen: Counter[tuple[str, str]] = Counter()
    async with httpx2.AsyncClient(timeout=30) as client:
        for request in requests:
            operation = _operation(request)
            base = next((url for prefix, url in served.items() if request.url.path.startswith(prefix)), None)
            if base is None or seen[operation] >= 6:
                continue
            seen[operation] += 1
            url = base + request.url.raw_path.decode()
            answer = await client.request(
                request.method, url, content=request.content, headers={**request.headers, "host": "localhost"}
            )
            assert answer.is_success, (request.method, url, answer.headers.get("sl-violations"))
    return seen


async def test_amazons_own_models_allow_every_request() -> None:
    models = {prefix: sample(f"amazon/models/{name}.json") for prefix, name in MODELS.items()}
    async with open_seller() as world:
        world.office.notifications.add_bus()
        recorder = Recorder(httpx2.ASGITransport(amazon_app(world.seller, office=world.office)))
        async with httpx2.AsyncClient(transport=recorder) as client:
            await tour(world, world.over(client, Box()))
    try:
        with prisms(list(models.values())) as served:
            seen = await _check(recorder.requests, {prefix: served[model] for prefix, model in models.items()})
    except MissingError as reason:
        pytest.skip(f"Prism is not run: {reason}")
    assert len(seen) == OPERATIONS, seen


async def test_prism_refuses_what_a_model_does_not_allow() -> None:
    model = sample(f"amazon/models/{MODELS['/listings/']}.json")
    try:
        with prisms([model]) as served:
            async with httpx2.AsyncClient(timeout=30) as client:
                patch = {"productType": "PRODUCT", "patches": [{"op": "move", "path": "/attributes/x"}]}
                url = f"{served[model]}/listings/2021-08-01/items/S/A?marketplaceIds=M"
                assert (await client.patch(url, json=patch)).status_code in (400, 422)
    except MissingError as reason:
        pytest.skip(f"Prism is not run: {reason}")
