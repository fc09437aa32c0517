"""What a seller's listings show, and which of its orders changed."""

from __future__ import annotations

from core.orders.facts import OrderFacts
from core.ports import Listing, ReadsBack, RecallsOrders
from playground.amazon.orders import FulfilledBy
from tests.core.marketplaces.support import SellerWorld, open_seller

FOREIGN = "Amazon fulfils it from its own stock"


async def shown(world: SellerWorld, *skus: str) -> list[Listing]:
    channel: ReadsBack = world.amazon
    return [each async for page in channel.listings(skus) for each in page]


async def test_listings_are_read_by_their_skus_twenty_a_call() -> None:
    async with open_seller() as world:
        for n in range(45):
            world.seller.add_listing(f"SKU-{n}", n)
        found = await shown(world, *[f"SKU-{n}" for n in range(45)], "NOBODY")
        assert found == [Listing(f"SKU-{n}", f"SKU-{n}", n) for n in range(45)]
        assert len(world.sent("GET", "/listings")) == 3


async def test_a_sku_with_a_comma_is_read_too() -> None:
    async with open_seller() as world:
        for sku in ("A,B", "A", "B", "a/b c"):
            world.seller.add_listing(sku, len(sku))
        assert await shown(world, "A,B", "NO,NE", "a/b c") == [Listing("a/b c", "a/b c", 5), Listing("A,B", "A,B", 3)]


async def test_what_shows_is_what_is_live_not_what_was_asked_for() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        world.seller.processing_delay = 60.0
        world.seller.submit("A", ({"fulfillment_channel_code": "DEFAULT", "quantity": 3},), 3)
        assert await shown(world, "A") == [Listing("A", "A", 10)]


async def test_all_listings_are_paged_through() -> None:
    async with open_seller() as world:
        for n in range(130):
            world.seller.add_listing(f"SKU-{n}", n)
        assert {each.sku: each.quantity for each in await shown(world)} == {f"SKU-{n}": n for n in range(130)}


async def test_a_catalogue_beyond_a_searchs_reach_is_read_from_a_report() -> None:
    async with open_seller() as world:
        for n in range(1_001):
            world.seller.add_listing(f"SKU-{n}", n)
        world.seller.add_listing("FBA", 0, fba=4)
        world.office.reports.working = 120.0
        found = await shown(world)
        assert len(found) == 1_002
        assert found[7] == Listing("SKU-7", "SKU-7", 7)
        assert found[-1] == Listing("FBA", "FBA", None, FOREIGN)
        assert len(world.sent("GET", "/listings")) == 1


async def test_orders_that_changed_since_are_found_again_page_by_page() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 1_000, fba=5)
        old = world.seller.buy([("A", 1)])
        world.time.at += 3_600
        since = world.time.at
        orders = [world.seller.buy([("A", 2)]) for _ in range(130)]
        world.seller.buy([("A", 1)], FulfilledBy.AFN)
        world.time.at += 60
        world.seller.cancel(old.id)
        channel: RecallsOrders = world.amazon
        found = [each async for page in channel.orders_since(since) for each in page]
        assert all(isinstance(each, OrderFacts) for each in found)
        facts = {each.order_id: each for each in found if isinstance(each, OrderFacts)}
        assert set(facts) == {order.id for order in orders} | {old.id}
        assert facts[old.id].cancelled_at == world.time.at
        assert [line.quantity for line in facts[orders[0].id].lines] == [2]


async def test_looking_for_orders_keeps_amazons_slow_pace() -> None:
    async with open_seller() as world:
        for _ in range(25):
            assert [page async for page in world.amazon.orders_since(world.time.at - 60)] == [[]]
        assert {call.status for call in world.sent("GET", "/orders")} == {200}
        assert sum(world.time.slept) > 4 * 178
