"""What is looked at between us and a shop, and what each finding says to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from core.ports import Examined, Finding, ReadsBack, RecallsOrders
from playground.faults import Fault
from playground.shopify.settings import SCOPES
from tests.core.marketplaces.support import SHOP_SETTINGS, ShopWorld, no_network, open_shop

ADDRESS = "https://stock.example/"
READY: Mapping[str, Any] = {"public_url": ADDRESS, "webhook_secrets": ("hush",)}
NEEDED = {
    "app/uninstalled",
    "inventory_levels/update",
    "orders/cancelled",
    "orders/create",
    "orders/delete",
    "orders/edited",
    "orders/updated",
    "refunds/create",
    "returns/approve",
    "returns/cancel",
    "returns/close",
    "returns/decline",
    "returns/process",
    "returns/reopen",
    "returns/request",
    "returns/update",
    "reverse_fulfillment_orders/dispose",
}


async def wrong(world: ShopWorld, *, mend: bool = False) -> dict[str, Finding]:
    return {each.check: each for each in await world.shopify.examine(mend=mend) if each.problem}


def topics(found: Mapping[str, Finding]) -> set[str]:
    return {check.removeprefix("Shopify's webhooks: ") for check in found if ": " in check}


def made(world: ShopWorld) -> set[str]:
    found = world.shop.webhooks.subscriptions.values()
    return {each.topic for each in found if each.by_api and each.uri == "https://stock.example/webhook/shopify"}


async def test_all_is_well_where_all_is_well() -> None:
    async with open_shop(**READY) as world:
        await world.shopify.examine(mend=True)
        findings = await world.shopify.examine(mend=False)
        assert findings == [
            Finding("Shopify's keys"),
            Finding("Shopify's permissions"),
            Finding("Shopify's API version"),
            Finding("Shopify's location"),
            Finding("Shopify's signature"),
            Finding("Shopify's webhooks"),
        ]
        assert isinstance(world.shopify, Examined | ReadsBack | RecallsOrders)


async def test_what_is_not_subscribed_is_found_and_made_only_when_asked() -> None:
    async with open_shop(**READY) as world:
        found = await wrong(world)
        assert topics(found) == NEEDED
        assert not any(each.mended for each in found.values())
        assert {each.advice for each in found.values()} == {"run syncstate doctor --fix to make it"}
        assert made(world) == set()
        mended = await wrong(world, mend=True)
        assert topics(mended) == NEEDED == made(world)
        assert all(each.mended for each in mended.values())
        assert await wrong(world) == {}


async def test_only_the_one_that_is_gone_is_made_again() -> None:
    async with open_shop(**READY) as world:
        await world.shopify.examine(mend=True)
        kept = world.shop.webhooks.subscriptions
        gone = next(number for number, each in kept.items() if each.by_api and each.topic == "orders/edited")
        del kept[gone]
        before = len(kept)
        assert topics(await wrong(world, mend=True)) == {"orders/edited"}
        assert (made(world), len(kept)) == (NEEDED, before + 1)


async def test_a_subscription_to_another_address_is_not_ours() -> None:
    async with open_shop(**READY) as world:
        world.shop.webhooks.subscribe("orders/create", "https://old.example/webhook/shopify", by_api=True)
        assert "orders/create" in topics(await wrong(world))


async def test_without_our_address_subscriptions_are_left_alone_and_that_is_said() -> None:
    async with open_shop(webhook_secrets=("hush",)) as world:
        findings = await world.shopify.examine(mend=True)
        assert findings[-1].problem == ""
        assert "SYNCSTATE_PUBLIC_URL" in findings[-1].advice
        assert made(world) == set()


@pytest.mark.parametrize("scope", ["write_inventory", "read_locations", "read_orders", "read_products", "read_returns"])
async def test_each_permission_that_is_missing_is_named(scope: str) -> None:
    lacking = replace(SHOP_SETTINGS, scopes=tuple(each for each in SCOPES if each != scope))
    async with open_shop(lacking, **READY) as world:
        assert scope in (await wrong(world))["Shopify's permissions"].advice


async def test_permission_to_write_is_permission_to_read() -> None:
    granted = tuple(scope for scope in SCOPES if scope != "read_inventory")
    async with open_shop(replace(SHOP_SETTINGS, scopes=granted), **READY) as world:
        assert "Shopify's permissions" not in await wrong(world)


async def test_a_topic_that_the_app_may_not_hear_says_so() -> None:
    lacking = tuple(scope for scope in SCOPES if scope != "read_returns")
    async with open_shop(replace(SHOP_SETTINGS, scopes=lacking), **READY) as world:
        found = await wrong(world, mend=True)
        refused = found["Shopify's webhooks: returns/close"]
        assert "refuses to: You do not have permission" in refused.problem
        assert not refused.mended
        assert found["Shopify's webhooks: orders/create"].mended


async def test_an_address_that_shopify_cannot_use_says_so() -> None:
    async with open_shop(public_url="http://stock.example", webhook_secrets=("hush",)) as world:
        found = await wrong(world, mend=True)
        assert "refuses to: Address is invalid" in found["Shopify's webhooks: orders/create"].problem
        assert "https" in found["Shopify's webhooks: orders/create"].advice


async def test_a_location_that_is_not_there_or_not_active_is_named() -> None:
    async with open_shop(location_id="404", **READY) as world:
        assert (await wrong(world))["Shopify's location"].problem == "the shop has no location 404"
    async with open_shop(**READY) as world:
        location = world.shop.catalog.primary
        world.shop.catalog.locations[location.id] = replace(location, active=False)
        assert (await wrong(world))["Shopify's location"].problem == "the location Warehouse is not active"


async def test_a_version_that_shopify_has_dropped_is_named() -> None:
    async with open_shop(**READY) as world:
        world.shop.api_versions = ("2027-01", "2027-04", "2027-07", "2027-10")
        assert "2026-10" in (await wrong(world))["Shopify's API version"].problem


async def test_a_missing_secret_is_named() -> None:
    async with open_shop(public_url=ADDRESS) as world:
        assert "SHOPIFY_WEBHOOK_SECRET is not set" in (await wrong(world))["Shopify's signature"].problem


@pytest.mark.parametrize(
    ("access", "missing"),
    [({}, "SHOPIFY_SHOP"), ({"shop": "unit", "access_token": "t", "location_id": ""}, "SHOPIFY_LOCATION_ID")],
)
async def test_what_is_not_configured_is_the_only_finding(access: Mapping[str, str], missing: str) -> None:
    (finding,) = await no_network(**access).examine(mend=True)
    assert (finding.problem, finding.advice) == (f"{missing} is not set", f"set {missing}")


async def test_a_refused_token_and_a_shop_that_is_down_are_findings_and_no_errors() -> None:
    async with open_shop(access_token="shpat_wrong") as world:
        assert "refuses our access token" in (await wrong(world))["Shopify's keys"].problem
    async with open_shop(access_token="", client_id="app", client_secret="wrong") as world:
        assert list(await wrong(world)) == ["Shopify's keys"]
    async with open_shop() as world:
        world.shop.faults.switch_on(Fault.OFFLINE)
        assert "503" in (await wrong(world))["Shopify's keys"].problem
    (finding,) = await no_network(shop="unit", access_token="t").examine(mend=True)
    assert finding.problem == "it cannot be reached"
