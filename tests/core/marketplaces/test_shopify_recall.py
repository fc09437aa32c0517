"""Orders found again without a webhook say what their webhooks would have said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ChannelError, NotConfigured
from core.messages import Message
from core.orders.facts import OrderFacts
from playground.bucket import Rate
from playground.errors import RefusedError
from playground.faults import Fault
from playground.shopify.orders import RestockType
from playground.shopify.settings import ShopSettings
from playground.shopify.shop import Shop
from tests.core.marketplaces.support import NOON, SHOP_SETTINGS, ShopWorld, no_network, open_shop
from tests.core.marketplaces.test_shopify_convergence import taken_by
from tests.core.marketplaces.test_shopify_fetch import newest

LONG_AGO = NOON - 86_400.0


async def found(world: ShopWorld, since: float = LONG_AGO) -> list[OrderFacts]:
    pages = [page async for page in world.shopify.orders_since(since)]
    return [message for page in pages for message in page if isinstance(message, OrderFacts)]


async def test_every_order_is_found_oldest_change_first_page_by_page() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 1000)
        bought = []
        for _ in range(60):
            world.time.at += 1
            bought.append(world.shop.buy([("A", 2)]).id)
        world.time.at += 1
        world.shop.cancel(bought[0])
        assert [facts.order_id for facts in await found(world)] == [str(n) for n in [*bought[1:], bought[0]]]
        assert world.documents() == ["ListOrders"] * 3


async def test_an_order_that_changed_at_that_second_is_found_and_an_earlier_one_is_not() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 1000)
        world.shop.buy([("A", 1)])
        world.time.at += 10.7
        late = world.shop.buy([("A", 1)])
        assert [facts.order_id for facts in await found(world, world.time.at)] == [str(late.id)]


async def test_what_is_found_says_what_the_newest_webhook_says() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 1000)
        order = world.shop.buy([("A", 9)], tip="2.00")
        world.time.at += 5
        world.shop.edit(order.id, order.lines[0].id, 6)
        world.shop.refund(order.id, order.lines[0].id, 1, RestockType.NO_RESTOCK)
        assert await found(world) == [newest(world)]


async def test_a_long_order_is_found_whole() -> None:
    async with open_shop() as world:
        for n in range(130):
            world.shop.add_variant(f"SKU-{n}", 5)
        world.shop.buy([(f"SKU-{n}", 1) for n in range(130)])
        (facts,) = await found(world)
        assert set(facts.lines) == set(newest(world).lines)
        assert world.documents() == ["ListOrders", "ReadOrder", "ReadOrder"]


async def test_an_order_of_many_refunds_is_found_whole() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 100)
        order = world.shop.buy([("A", 90)])
        for _ in range(45):
            world.shop.refund(order.id, order.lines[0].id, 1, RestockType.CANCEL)
        assert await found(world) == [newest(world)]


async def test_where_queries_may_cost_less_less_is_asked_for_at_once() -> None:
    frugal = replace(SHOP_SETTINGS, dearest=260)
    async with open_shop(frugal) as world:
        for sku in ("A", "B"):
            world.shop.add_variant(sku, 1000)
        orders = [world.shop.buy([("A", 9), ("B", 2)]) for _ in range(12)]
        for _ in range(8):
            world.shop.refund(orders[0].id, orders[0].lines[0].id, 1, RestockType.CANCEL)
        facts = await found(world)
        assert len(facts) == 12
        (many,) = [each for each in facts if each.order_id == str(orders[0].id)]
        assert len(many.refunds) == 8
        assert many == await world.shopify.fetch_order(str(orders[0].id))
        assert [len(sent["ids"]) for sent in world.sent("ReadRefunds")] == [3, 3]  # type: ignore[arg-type]


async def test_where_even_little_costs_too_much_that_is_said() -> None:
    async with open_shop(replace(SHOP_SETTINGS, dearest=5)) as world:
        for reading in (found(world), world.shopify.fetch_order("1")):
            with pytest.raises(ChannelError, match="max cost limit"):
                await reading


async def test_a_slow_plan_makes_it_slower_and_loses_nothing() -> None:
    plan = ShopSettings("shpat_known", "hush", points=Rate(restored=20, burst=400))
    async with open_shop(plan) as world:
        world.shop.add_variant("A", 1000)
        orders = [world.shop.buy([("A", 1)]).id for _ in range(200)]
        assert {facts.order_id for facts in await found(world)} == {str(number) for number in orders}
        assert sum(world.time.slept) > 5
        assert len(world.documents()) <= 12


async def test_a_shop_that_is_down_or_has_no_key_says_so() -> None:
    async with open_shop() as world:
        world.shop.faults.switch_on(Fault.OFFLINE)
        with pytest.raises(ChannelError):
            await found(world)
    with pytest.raises(NotConfigured, match="SHOPIFY_SHOP"):
        await anext(no_network().orders_since(0.0))


Act = Callable[[Shop, int], object]


def acts() -> st.SearchStrategy[Act]:
    lines, units = st.integers(0, 1), st.integers(0, 6)
    return st.one_of(
        st.builds(lambda n, q: lambda shop, order: shop.edit(order, shop.orders[order].lines[n].id, q), lines, units),
        st.builds(
            lambda n, q, kind: lambda shop, order: shop.refund(order, shop.orders[order].lines[n].id, q, kind),
            lines,
            units,
            st.sampled_from(RestockType),
        ),
        st.builds(lambda restock: lambda shop, order: shop.cancel(order, restock=restock), st.booleans()),
        st.just(lambda shop, order: shop.fulfil(order)),
    )


async def _live(steps: Sequence[tuple[Act, bool]]) -> tuple[list[OrderFacts], list[OrderFacts], int]:
    """An order's webhooks, what looking for it found now and then, and the units that it took from its listings."""
    async with open_shop() as world:
        for sku in ("A", "B"):
            world.shop.add_variant(sku, 100)
        order = world.shop.buy([("A", 3), ("B", 4)])
        looked: list[OrderFacts] = []
        for act, look in steps:
            world.time.at += 1
            try:
                act(world.shop, order.id)
            except RefusedError:
                continue
            looked += await found(world) if look else []
        looked += await found(world)
        taken = 200 - world.shop.quantity("A") - world.shop.quantity("B")
        return _webhooks(world), looked, taken


def _webhooks(world: ShopWorld) -> list[OrderFacts]:
    said: list[Message] = []
    for delivery in world.shop.outbox.history:
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        said += world.shopify.parse(headers, delivery.body, world.time.at)
    return [message for message in said if isinstance(message, OrderFacts)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(acts(), st.booleans()), max_size=6), st.data())
def test_webhooks_and_what_is_found_again_converge_in_any_order(
    steps: Sequence[tuple[Act, bool]], data: st.DataObject
) -> None:
    webhooks, looked, taken = asyncio.run(_live(steps))
    lost = data.draw(st.sets(st.integers(0, len(webhooks) - 1), max_size=len(webhooks)))
    came = [facts for n, facts in enumerate(webhooks) if n not in lost]
    deliveries = data.draw(st.permutations([*came, *looked, *came[:2]]))
    assert taken_by(deliveries) == taken_by([looked[-1]]) == taken
