"""The whole catalogue of a shop, small or large: which item each SKU is, and what every listing shows."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import orjson
import pytest

from core.errors import ChannelError, NotConfigured
from core.marketplaces.shopify import Shopify
from core.marketplaces.shopify.index import Index
from core.marketplaces.shopify.items import Fault
from core.ports import Listing
from playground import faults
from playground.shopify.bulk import Operation
from tests.core.marketplaces.support import ShopWorld, no_network, open_shop, want

LARGE = 5_000


def stock(world: ShopWorld, count: int) -> list[str]:
    skus = [f"SKU-{n}" for n in range(count)]
    for n, sku in enumerate(skus):
        world.shop.add_variant(sku, n)
    return skus


async def shown(world: ShopWorld, *skus: str) -> list[Listing]:
    return [listing async for page in world.shopify.listings(skus) for listing in page]


async def settled(world: ShopWorld) -> None:
    """Until the background work of the push has had its say."""
    await world.shop.wait_for(lambda: any(call.path.endswith(".jsonl") and call.status for call in world.shop.calls))
    for _ in range(50):
        await asyncio.sleep(0)


async def test_every_listing_is_read_page_by_page() -> None:
    async with open_shop() as world:
        skus = stock(world, 300)
        world.shop.add_variant("", 9)
        listings = await shown(world)
        assert [(each.sku, each.quantity, each.trouble) for each in listings] == [
            (s, n, "") for n, s in enumerate(skus)
        ]
        assert listings[7].listing == world.item("SKU-7")
        assert world.documents() == ["CountVariants", "ListItems", "ListItems"]


async def test_what_cannot_be_told_says_why() -> None:
    async with open_shop() as world:
        world.shop.add_variant("TWICE", 1)
        world.shop.add_variant("TWICE", 2)
        world.shop.add_variant("LOOSE", 3, tracked=False)
        found = {(each.sku, each.quantity): each.trouble for each in await shown(world)}
        assert found.keys() == {("TWICE", 1), ("TWICE", 2), ("LOOSE", None)}
        assert "2 listings have this SKU" in found["TWICE", 1]
        assert "not tracked" in found["LOOSE", None]


async def test_some_skus_are_read_alone_and_what_is_missing_says_so() -> None:
    async with open_shop() as world:
        skus = stock(world, 120)
        world.shop.add_variant("sku-1", 99)
        listings = await shown(world, *skus, "NOWHERE", "SKU-5")
        assert {each.sku: each.quantity for each in listings if not each.trouble} == {s: n for n, s in enumerate(skus)}
        assert [each for each in listings if each.trouble] == [Listing("NOWHERE", "", None, "no listing with this SKU")]
        assert world.documents() == ["ListItems"] * 3


async def test_a_listing_at_another_location_only_is_named() -> None:
    async with open_shop(location_id="1") as world:
        world.shop.add_variant("A", 1)
        (listing,) = await shown(world)
        assert (listing.quantity, "SHOPIFY_LOCATION_ID" in listing.trouble) == (None, True)


async def test_a_large_shop_is_read_in_one_piece() -> None:
    async with open_shop() as world:
        skus = stock(world, LARGE)
        pages = [page async for page in world.shopify.listings()]
        assert {each.sku: each.quantity for page in pages for each in page} == {s: n for n, s in enumerate(skus)}
        assert max(len(page) for page in pages) == 250
        assert set(world.documents()) == {"CountVariants", "BeginBulk", "ShowBulk"}
        assert sum(world.time.slept) >= 10


async def test_where_the_bulk_operation_fails_a_large_shop_is_read_page_by_page() -> None:
    async with open_shop() as world:
        skus = stock(world, LARGE)
        world.shop.bulk.failing = "INTERNAL_SERVER_ERROR"
        assert [each.sku for each in await shown(world)] == skus
        assert world.documents().count("ListItems") == LARGE // 250


async def test_where_too_many_bulk_operations_run_a_large_shop_is_read_page_by_page() -> None:
    async with open_shop() as world:
        stock(world, LARGE)
        for n in range(5):
            world.shop.bulk.operations[n] = Operation(n, "", world.time.at + 1e9, ())
        assert len(await shown(world)) == LARGE
        assert "ShowBulk" not in world.documents()


async def test_a_first_push_of_many_skus_searches_and_reads_the_rest_of_the_shop_meanwhile() -> None:
    async with open_shop() as world:
        skus = stock(world, 1000)
        assert all(each.ok for each in await world.shopify.push([want(sku, 7) for sku in skus[:250]]))
        await settled(world)
        before = len(world.documents())
        for start in range(250, 1000, 250):
            pushed = await world.shopify.push([want(sku, 7) for sku in skus[start : start + 250]])
            assert [each.listing for each in pushed] == [world.item(sku) for sku in skus[start : start + 250]]
            assert all(each.ok for each in pushed)
        assert world.documents()[before:] == ["SetQuantities"] * 3
        assert {world.shop.quantity(sku) for sku in skus} == {7}
        await world.shopify.close()


async def test_what_the_index_does_not_know_or_knows_no_more_is_searched_for() -> None:
    async with open_shop() as world:
        skus = stock(world, 300)
        world.shop.add_variant("TWICE", 1)
        world.shop.add_variant("TWICE", 1)
        await world.shopify.push([want(sku, 7) for sku in skus[:250]])
        await settled(world)
        world.shop.add_variant("LATE", 3)
        world.shop.remove_variant("SKU-260")
        world.shop.add_variant("SKU-260", 4)
        wants = [want(sku, 9) for sku in ("SKU-255", "LATE", "SKU-260", "TWICE")]
        pushed = await world.shopify.push(wants)
        assert [(each.ok, each.final) for each in pushed] == [(True, False)] * 3 + [(False, True)]
        assert world.shop.quantity("SKU-260") == world.shop.quantity("LATE") == 9
        assert "2 listings have this SKU" in pushed[3].error
        await world.shopify.close()


async def test_two_rows_with_one_sku_are_two_whatever_shopify_counts_so_far() -> None:
    class Rows:
        async def read(self, *_: object) -> AsyncIterator[dict[str, object]]:
            for n in range(3):
                yield _item(n) | {"sku": "ONCE" if n == 0 else "TWICE"}

    index = Index(Rows(), "gid://shopify/Location/1", lambda: 0.0)  # type: ignore[arg-type]
    index.begin()
    for _ in range(5):
        await asyncio.sleep(0)
    twice = index.find("TWICE")
    assert index.find("ONCE") == "gid://shopify/InventoryItem/1"
    assert isinstance(twice, Fault)
    assert "2 listings have this SKU" in twice.reason
    await index.close()


async def test_an_index_that_cannot_be_had_costs_nothing_but_searches() -> None:
    async with open_shop() as world:
        skus = stock(world, 500)
        world.shop.bulk.failing = "TIMEOUT"
        for start in (0, 250):
            assert all(each.ok for each in await world.shopify.push([want(s, 7) for s in skus[start : start + 250]]))
            for _ in range(200):
                await asyncio.sleep(0)
        assert world.documents().count("BeginBulk") == 1
        await world.shopify.close()


async def test_a_shop_that_is_down_or_not_configured_says_so() -> None:
    async with open_shop() as world:
        world.shop.faults.switch_on(faults.Fault.OFFLINE)
        with pytest.raises(ChannelError):
            await shown(world)
    with pytest.raises(NotConfigured, match="SHOPIFY_LOCATION_ID"):
        await anext(no_network(shop="unit", access_token="t", location_id="").listings())


@pytest.mark.parametrize(
    ("url", "rows"),
    [
        ("https://elsewhere.test/x.jsonl", 1),
        ("http://storage.googleapis.com/x.jsonl", 1),
        ("https://storage.googleapis.com.evil.test/x", 1),
        ("https://storage.googleapis.com/too-few", 2),
        ("https://storage.googleapis.com/not-json", 1),
        ("https://storage.googleapis.com/gone", 1),
    ],
)
async def test_a_result_that_cannot_be_trusted_is_not_used(url: str, rows: int) -> None:
    async with _over(Elsewhere(url, rows)) as (shopify, there):
        pages = [page async for page in shopify.listings()]
    assert [each.sku for page in pages for each in page] == ["PAGED"]
    assert set(there.asked) <= {"shop.test", "storage.googleapis.com"}
    assert there.keys_shown == {"shop.test"}


async def test_a_result_that_breaks_off_late_is_an_error() -> None:
    async with _over(Elsewhere("https://storage.googleapis.com/x", 1_001, 1_000)) as (shopify, _):
        pages = shopify.listings()
        assert len(await anext(pages)) == 250
        with pytest.raises(ChannelError, match="1000 of 1001 rows"):
            [page async for page in pages]


async def test_twenty_thousand_listings_are_read_in_the_memory_of_a_few() -> None:
    async with _over(Elsewhere("https://storage.googleapis.com/x", 20_000, 20_000)) as (shopify, _):
        tracemalloc.start()
        count = 0
        async for page in shopify.listings():
            count += len(page)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 20_000
    assert most < 2_000_000


class Elsewhere(httpx2.AsyncBaseTransport):
    """A large shop whose bulk result of `there` rows is at `url`; it says that they are `claimed`."""

    def __init__(self, url: str, claimed: int, there: int = 1) -> None:
        self._url = url
        self._claimed = claimed
        self._there = there
        self.asked: list[str] = []
        self.keys_shown: set[str] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.host)
        if "x-shopify-access-token" in request.headers:
            self.keys_shown.add(request.url.host)
        if request.method == "GET":
            return self._file(request.url.path)
        name = orjson.loads(await request.aread())["query"].split("(")[0].split()[1]
        return httpx2.Response(200, content=orjson.dumps({"data": self._answers()[name]}))

    def _answers(self) -> dict[str, object]:
        done = {"status": "COMPLETED", "errorCode": None, "rootObjectCount": str(self._claimed), "url": self._url}
        page = {"nodes": [_item(0) | {"sku": "PAGED"}], "pageInfo": {"hasNextPage": False, "endCursor": "x"}}
        return {
            "CountVariants": {"productVariantsCount": {"count": LARGE}},
            "BeginBulk": {"bulkOperationRunQuery": {"bulkOperation": {"id": "gid://1"}, "userErrors": []}},
            "ShowBulk": {"bulkOperation": done},
            "ListItems": {"inventoryItems": page},
        }

    def _file(self, path: str) -> httpx2.Response:
        if path == "/gone":
            return httpx2.Response(404)
        return httpx2.Response(200, content=_chunks(b"{" if path == "/not-json" else b"", self._there))


async def _chunks(start: bytes, count: int) -> AsyncIterator[bytes]:
    rest = start
    for n in range(count):
        rest += orjson.dumps(_item(n)) + b"\n"
        while len(rest) > 10_000:
            yield rest[:10_000]
            rest = rest[10_000:]
    yield rest


def _item(n: int) -> dict[str, object]:
    item = {"id": f"gid://shopify/InventoryItem/{n + 1}", "sku": f"SKU\u2028-{n}", "tracked": True}
    return item | {"duplicateSkuCount": 0, "inventoryLevel": {"quantities": [{"quantity": n}]}}


@asynccontextmanager
async def _over(there: Elsewhere) -> AsyncIterator[tuple[Shopify, Elsewhere]]:
    async with open_shop() as world, httpx2.AsyncClient(transport=there) as client:
        yield world.over(client), there
