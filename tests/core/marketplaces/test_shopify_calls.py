"""Calling a shop: its limits, its outages, its tokens and its address."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import httpx2
import pytest

from core.errors import ChannelError, NotConfigured
from core.marketplaces.shopify import Shopify, ShopifyAccess
from playground.bucket import Rate
from playground.faults import Fault
from tests.core.marketplaces.support import SHOP_SETTINGS, FakeTime, ShopWorld, counting, no_network, open_shop, want


async def test_a_shop_that_is_down_is_a_channel_error() -> None:
    async with open_shop() as world:
        world.shop.faults.switch_on(Fault.OFFLINE)
        with pytest.raises(ChannelError, match="not available \\(503\\)"):
            await world.shopify.push([want("A", 5)])


async def test_a_shop_that_cannot_be_reached_is_a_channel_error() -> None:
    shopify = no_network(shop="unit", access_token="t")
    with pytest.raises(ChannelError, match="cannot be reached"):
        await shopify.push([want("A", 5)])


async def test_too_many_requests_say_how_long_to_stay_away() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(429, headers={"retry-after": "7"})

    time = FakeTime()
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        access = ShopifyAccess(shop="unit", access_token="t", location_id="1")
        shopify = Shopify(access, client, clock=time.clock, sleep=time.sleep, fresh_id=counting("key"))
        with pytest.raises(ChannelError) as caught:
            await shopify.push([want("A", 5)])
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"{}", b'{"data":{"inventoryItems":7}}', b'{"errors":"no"}'])
async def test_an_answer_that_makes_no_sense_is_no_success(answer: bytes) -> None:
    time = FakeTime()
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, content=answer))
    async with httpx2.AsyncClient(transport=transport) as client:
        access = ShopifyAccess(shop="unit", access_token="t", location_id="1")
        shopify = Shopify(access, client, clock=time.clock, sleep=time.sleep, fresh_id=counting("key"))
        try:
            pushed = await shopify.push([want("A", 5), want("B", 5, "gid://shopify/InventoryItem/1", expected=4)])
        except ChannelError:
            return
        assert not any(each.ok for each in pushed)


async def test_a_throttled_call_waits_and_goes_on() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.faults.switch_on(Fault.THROTTLED, times=2)
        assert (await world.shopify.push([want("A", 5)]))[0].ok
        assert [1 <= seconds < 2 for seconds in world.time.slept] == [True, True]


async def test_the_shops_own_figures_set_the_pace() -> None:
    slow = replace(SHOP_SETTINGS, points=Rate(restored=5, burst=40))
    async with open_shop(slow) as world:
        for n in range(12):
            world.shop.add_variant(f"SKU-{n}", 0)
            assert (await world.shopify.push([want(f"SKU-{n}", n + 1)]))[0].ok
        throttled = [call for call in world.shop.calls if call.status != 200]
        assert not throttled
        assert sum(world.time.slept) > 10
        assert len(world.documents()) <= 12 * 3 + 3


async def test_a_refused_token_is_a_channel_error() -> None:
    async with open_shop(access_token="shpat_wrong") as world:
        with pytest.raises(ChannelError, match="refuses our access token"):
            await world.shopify.push([want("A", 5)])


async def test_the_apps_credentials_bring_a_token_that_is_kept_for_a_day() -> None:
    async with open_shop(access_token="", client_id="app", client_secret="app-secret") as world:
        world.shop.add_variant("A", 10)
        for quantity in (5, 6):
            assert (await world.shopify.push([want("A", quantity)]))[0].ok
        assert _token_calls(world) == 1
        world.time.at += 86_400
        assert (await world.shopify.push([want("A", 7)]))[0].ok
        assert _token_calls(world) == 2


async def test_callers_at_once_ask_for_one_token_between_them() -> None:
    async with open_shop(access_token="", client_id="app", client_secret="app-secret") as world:
        order = _an_order(world)
        assert all(await asyncio.gather(*[world.shopify.fetch_order(order) for _ in range(20)]))
        assert _token_calls(world) == 1


async def test_a_token_is_renewed_before_it_runs_out() -> None:
    async with open_shop(access_token="", client_id="app", client_secret="app-secret") as world:
        order = _an_order(world)
        for seconds, calls in ((0, 1), (86_399 - 301, 1), (2, 2)):
            world.time.at += seconds
            assert await world.shopify.fetch_order(order)
            assert _token_calls(world) == calls
        assert not [call for call in world.shop.calls if call.status == 401]


async def test_a_token_that_the_shop_took_back_is_replaced_once_by_all_who_find_out() -> None:
    async with open_shop(access_token="", client_id="app", client_secret="app-secret") as world:
        order = _an_order(world)
        assert await world.shopify.fetch_order(order)
        world.shop.access.revoke()
        assert all(await asyncio.gather(*[world.shopify.fetch_order(order) for _ in range(20)]))
        assert _token_calls(world) == 2


async def test_wrong_credentials_are_a_channel_error() -> None:
    async with open_shop(access_token="", client_id="app", client_secret="wrong") as world:
        with pytest.raises(ChannelError, match="refuses SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET"):
            await world.shopify.push([want("A", 5)])


@pytest.mark.parametrize(
    ("access", "missing"),
    [
        ({}, "SHOPIFY_SHOP"),
        ({"shop": "unit"}, "SHOPIFY_ACCESS_TOKEN"),
        ({"shop": "unit", "client_id": "x"}, "SHOPIFY_ACCESS_TOKEN"),
    ],
)
async def test_without_keys_nothing_is_called_and_what_is_missing_is_named(
    access: Mapping[str, str], missing: str
) -> None:
    shopify = no_network(**access)
    assert not shopify.can_push
    for call in (shopify.push([want("A", 5)]), shopify.fetch_order("1"), shopify.sku_of("A")):
        with pytest.raises(NotConfigured) as caught:
            await call
        assert caught.value.setting == missing


async def test_without_a_location_nothing_can_be_pushed() -> None:
    shopify = no_network(shop="unit", access_token="t", location_id="")
    assert not shopify.can_push
    with pytest.raises(NotConfigured, match="SHOPIFY_LOCATION_ID"):
        await shopify.push([want("A", 5)])


@pytest.mark.parametrize(
    ("access", "url"),
    [
        (ShopifyAccess(shop="unit"), "https://unit.myshopify.com/admin/api/2026-10/graphql.json"),
        (ShopifyAccess(shop="unit.myshopify.com"), "https://unit.myshopify.com/admin/api/2026-10/graphql.json"),
        (ShopifyAccess(shop="unit", api_url="http://x:1/"), "http://x:1/admin/api/2026-10/graphql.json"),
    ],
)
def test_the_address_follows_from_the_shops_name(access: ShopifyAccess, url: str) -> None:
    assert access.graphql_url == url


def test_no_secret_shows_in_the_access() -> None:
    access = ShopifyAccess("unit", "tok3n", "app", "s3cret", ("wh00k",))
    assert not any(secret in repr(access) for secret in ("tok3n", "s3cret", "wh00k"))


def _an_order(world: ShopWorld) -> str:
    world.shop.add_variant("A", 10)
    return str(world.shop.buy([("A", 1)]).id)


def _token_calls(world: ShopWorld) -> int:
    return sum(call.path.endswith("access_token") for call in world.shop.calls)
