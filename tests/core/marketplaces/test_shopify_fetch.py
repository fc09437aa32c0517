"""An order read back says what its newest webhook says."""

from __future__ import annotations

from dataclasses import replace

import httpx2
import orjson
import pytest

from core.errors import ChannelError
from core.orders.facts import OrderFacts
from playground.faults import Fault
from playground.shopify.orders import RestockType
from tests.core.marketplaces.support import ShopWorld, open_shop


def newest(world: ShopWorld, topic: str = "orders/updated") -> OrderFacts:
    delivery = [each for each in world.shop.outbox.history if each.topic == topic][-1]
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    (facts,) = world.shopify.parse(headers, delivery.body, world.time.at)
    assert isinstance(facts, OrderFacts)
    return facts


async def fetched(world: ShopWorld, order_id: int) -> OrderFacts:
    facts = await world.shopify.fetch_order(str(order_id))
    assert facts is not None
    return facts


async def test_a_fetched_order_says_what_its_newest_webhook_says() -> None:
    async with open_shop() as world:
        for sku in ("A", "B"):
            world.shop.add_variant(sku, 100)
        order = world.shop.buy([("A", 9), ("B", 4)])
        one, other = order.lines
        world.shop.edit(order.id, one.id, 6)
        world.shop.fulfil(order.id, [(one.id, 2)])
        world.shop.refund(order.id, one.id, 1, RestockType.RETURN)
        world.shop.refund(order.id, other.id, 1, RestockType.NO_RESTOCK)
        facts = await fetched(world, order.id)
        assert facts == newest(world)
        assert facts.lines[0].removed == 3
        assert [refund.restocked for refund in facts.refunds] == [True, False]


async def test_a_fetched_cancel_is_a_cancel() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 100)
        order = world.shop.buy([("A", 9)])
        world.time.at += 60
        world.shop.cancel(order.id)
        facts = await fetched(world, order.id)
        assert facts == newest(world)
        assert facts.cancelled_at == world.time.at


async def test_a_long_order_is_read_to_its_end() -> None:
    async with open_shop() as world:
        for n in range(230):
            world.shop.add_variant(f"SKU-{n}", 5)
        order = world.shop.buy([(f"SKU-{n}", 1) for n in range(230)])
        facts = await fetched(world, order.id)
        assert sorted(facts.lines, key=str) == sorted(newest(world).lines, key=str)
        assert world.documents() == ["ReadOrder"] * 3


async def test_an_order_of_many_refunds_is_read_with_all_of_them() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 200)
        order = world.shop.buy([("A", 150)])
        for _ in range(95):
            world.shop.refund(order.id, order.lines[0].id, 1, RestockType.CANCEL)
        facts = await fetched(world, order.id)
        assert facts == newest(world)
        assert len(facts.refunds) == 95
        assert world.documents() == ["ReadOrder", "ListRefunds", "ReadRefunds", "ReadRefunds"]


async def test_a_refund_of_many_lines_is_read_to_its_end() -> None:
    async with open_shop() as world:
        for n in range(120):
            world.shop.add_variant(f"SKU-{n}", 5)
        order = world.shop.buy([(f"SKU-{n}", 1) for n in range(120)])
        world.shop.cancel(order.id)
        facts = await fetched(world, order.id)
        assert len(facts.refunds) == 120
        assert set(facts.refunds) == set(newest(world).refunds)
        assert world.documents() == ["ReadOrder"] * 2 + ["ReadGoods"] * 2


async def test_where_refunds_were_left_out_no_unit_is_called_removed() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 300)
        order = world.shop.buy([("A", 300)])
        for _ in range(255):
            world.shop.refund(order.id, order.lines[0].id, 1, RestockType.CANCEL)
        facts = await fetched(world, order.id)
        assert len(facts.refunds) == 250
        assert facts.lines == tuple(replace(line, removed=0) for line in newest(world).lines)


async def test_lines_without_a_sku_are_told_apart_as_in_a_webhook() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 100)
        world.shop.add_variant("", 100)
        order = world.shop.buy([("A", 1), ("", 2)], tip="3.00")
        facts = await fetched(world, order.id)
        assert facts == newest(world)
        assert [(line.line_id, line.reason) for line in facts.refused] == [(str(order.lines[1].id), "it has no SKU")]


async def test_a_return_and_its_goods_lead_to_their_order() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 100)
        order = world.shop.buy([("A", 3)])
        world.shop.fulfil(order.id)
        world.shop.take_back(order.id, order.lines[0].id, 2)
        return_id, goods_id = world.shop.returns
        expected = newest(world)
        for part in (f"Return/{return_id}", f"ReverseFulfillmentOrder/{goods_id}"):
            assert await world.shopify.fetch_order(f"gid://shopify/{part}") == expected
        assert await world.shopify.fetch_order("gid://shopify/Return/404") is None


@pytest.mark.parametrize("order_id", ["404", "web-7", "", "1/2"])
async def test_an_order_that_the_shop_has_not_is_none(order_id: str) -> None:
    async with open_shop() as world:
        assert await world.shopify.fetch_order(order_id) is None


async def test_a_shop_that_is_down_is_a_channel_error() -> None:
    async with open_shop() as world:
        world.shop.faults.switch_on(Fault.OFFLINE)
        with pytest.raises(ChannelError):
            await world.shopify.fetch_order("1")


async def test_the_sku_of_an_item_is_asked_for_once_in_ten_minutes() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 1)
        for _ in range(3):
            assert await world.shopify.sku_of(world.item("A")) == "A"
        assert world.documents() == ["ReadSkus"]
        world.time.at += 600
        assert await world.shopify.sku_of(world.item("A")) == "A"
        assert world.documents() == ["ReadSkus"] * 2


@pytest.mark.parametrize("listing", ["", "A", "gid://shopify/Product/1", "gid://shopify/InventoryItem/404"])
async def test_what_is_no_item_has_no_sku(listing: str) -> None:
    async with open_shop() as world:
        assert await world.shopify.sku_of(listing) == ""


async def test_requests_go_to_the_configured_address_and_follow_no_redirect() -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(302, headers={"location": "http://elsewhere.test/"}, content=orjson.dumps({}))

    async with open_shop() as world, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        shopify = world.over(client)
        with pytest.raises(ChannelError):
            await shopify.fetch_order("1")
    assert asked == ["shop.test"]
