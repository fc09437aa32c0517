"""Channels over the REST API: how they are doing, and what is arranged for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from core.house import House
from core.stores.sqlite import SqliteStore
from tests.core.stand_ins import StandInChannel, numbered, until
from tests.webhooks.site import TERMS, Clock, Site, client_of
from webhooks.app import exception_handlers, routes


@pytest.fixture
def shop() -> StandInChannel:
    return StandInChannel("shopify")


@pytest.fixture
async def selling(tmp_path: Path, shop: StandInChannel) -> AsyncIterator[Site]:
    """A site that tells one channel."""
    clock = Clock()
    house = House(
        SqliteStore(tmp_path / "stock.db", clock),
        marketplaces=(shop,),
        tellable=(shop,),
        clock=clock,
        sleep=asyncio.sleep,
        fresh_id=numbered(),
        owner="tests",
    )
    registry = CollectorRegistry()
    table = routes(house.service, TERMS, registry)
    app = Starlette(routes=table, exception_handlers=exception_handlers(numbered("e")))
    await house.open()
    async with client_of(app) as client:
        yield Site(app, client, house, clock, registry)
    await house.close()


async def told(site: Site, shop: StandInChannel, sku: str, units: int) -> None:
    """The channel shows so many."""
    await until(lambda: shop.shows.get(sku) == units)


async def test_a_rule_says_how_much_is_listed_and_is_sent_at_once(selling: Site, shop: StandInChannel) -> None:
    await selling.call("PUT", "/api/inventory/TEE", {"physical": 50, "buffer": 5})
    await told(selling, shop, "TEE", 45)

    rule = {"percent": 90, "max": 30, "cutOff": 0}
    answer = await selling.call("PUT", "/api/channels/shopify/skus/TEE", {"rule": rule}, role="write")

    assert answer.json() == {
        "sku": "TEE",
        "channel": "shopify",
        "listed": 30,
        "arithmetic": "50 - 5 = 45, 90 % = 40, at most 30",
        "paused": False,
        "rule": rule,
    }
    await told(selling, shop, "TEE", 30)
    await selling.call("PUT", "/api/channels/shopify/skus/TEE", {"rule": None})
    await told(selling, shop, "TEE", 45)


async def test_a_channels_own_rule_holds_for_every_sku_without_one(selling: Site, shop: StandInChannel) -> None:
    for sku in ("TEE", "MUG"):
        await selling.call("PUT", f"/api/inventory/{sku}", {"physical": 50})
        await told(selling, shop, sku, 50)

    answer = await selling.call("PUT", "/api/channels/shopify", {"rule": {"percent": 50}})

    assert answer.json()["rule"] == {"percent": 50, "max": None, "cutOff": 0}
    await told(selling, shop, "TEE", 25)
    await told(selling, shop, "MUG", 25)


async def test_while_it_is_paused_nothing_is_sent_and_what_is_owed_is_sent_after(
    selling: Site, shop: StandInChannel
) -> None:
    await selling.call("PUT", "/api/inventory/TEE", {"physical": 50})
    await told(selling, shop, "TEE", 50)
    paused = (await selling.call("PUT", "/api/channels/shopify", {"paused": True})).json()
    assert (paused["paused"], paused["pausedBy"]) == (True, "adminer")

    await selling.call("PUT", "/api/inventory/TEE", {"physical": 7})
    await until(lambda: _is_owed(selling))
    assert shop.shows["TEE"] == 50

    await selling.call("PUT", "/api/channels/shopify", {"paused": False})
    await told(selling, shop, "TEE", 7)


async def _is_owed(site: Site) -> bool:
    return bool((await site.call("GET", "/api/channels/shopify")).json()["owed"] == 1)


async def test_a_dry_run_sends_nothing(selling: Site, shop: StandInChannel) -> None:
    await selling.call("PUT", "/api/channels/shopify", {"dryRun": True})
    await selling.call("PUT", "/api/inventory/TEE", {"physical": 50})
    await until(lambda: _is_owed(selling))
    assert shop.told == []

    await selling.call("PUT", "/api/channels/shopify", {"dryRun": False})
    await told(selling, shop, "TEE", 50)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/channels/shopify", {}),
        ("/api/channels/shopify", {"paused": "yes"}),
        ("/api/channels/shopify", {"rule": {"percent": 101}}),
        ("/api/channels/shopify", {"rule": {"percent": True}}),
        ("/api/channels/shopify", {"rule": {"most": 3}}),
        ("/api/channels/ebay", {"paused": True}),
        ("/api/channels/shopify/skus/TEE", {"rule": {"max": -1}}),
    ],
)
async def test_what_makes_no_sense_is_refused(selling: Site, path: str, body: object) -> None:
    assert (await selling.call("PUT", path, body)).status_code == 400
