"""A whole shop before the real routes: whatever of its webhooks arrives, the stock is what the shop's goods are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from playground.courier import SHOPIFY_RETRIES, Courier
from tests.core.shop_house import ShopHouse, open_shop_house
from tests.core.stand_ins import numbered, until
from tests.webhooks.site import client_of
from webhooks.app import Terms, exception_handlers, routes


@dataclass(frozen=True, slots=True)
class Street:
    """The shop with its house, and the courier between them."""

    here: ShopHouse
    courier: Courier

    async def deliver(self, *topics: str) -> None:
        """Bring what waits of these topics (none: all) to the routes, signed; the rest is lost."""
        for sent in self.here.shop.outbox.take_all():
            if not topics or sent.topic in topics:
                self.here.shop.outbox.put(sent)
        await self.courier.drain()
        assert all(attempt.status == 200 for attempt in self.courier.attempts)


@asynccontextmanager
async def open_street(folder: Path) -> AsyncIterator[Street]:
    async with open_shop_house(folder) as here:
        app = Starlette(
            routes=routes(here.house.service, Terms(), CollectorRegistry()),
            exception_handlers=exception_handlers(numbered()),
        )
        async with client_of(app) as client:
            sleep = here.world.time.sleep
            yield Street(here, Courier(here.shop, client, SHOPIFY_RETRIES, sleep=sleep, rng=Random(1), parallel=1))


@pytest.mark.parametrize(
    "topic",
    [
        "returns/request",
        "returns/approve",
        "reverse_fulfillment_orders/dispose",
        "refunds/create",
        "orders/updated",
        "returns/close",
    ],
)
async def test_any_one_topic_of_a_return_is_enough(tmp_path: Path, topic: str) -> None:
    async with open_street(tmp_path) as street:
        await street.here.stock("A", 50)
        order = street.here.shop.buy([("A", 5)])
        street.here.shop.fulfil(order.id)
        await street.deliver("orders/create")
        assert await street.here.on_hand("A") == 45
        street.here.world.time.at += 60
        street.here.shop.take_back(order.id, order.lines[0].id, 2)
        await street.deliver(topic)
        assert await street.here.on_hand("A") == 47
        await street.here.job("orders")
        assert await street.here.on_hand("A") == 47


async def test_all_topics_of_a_return_put_back_what_came_back_once(tmp_path: Path) -> None:
    async with open_street(tmp_path) as street:
        await street.here.stock("A", 50)
        order = street.here.shop.buy([("A", 5)])
        street.here.shop.fulfil(order.id)
        street.here.shop.take_back(order.id, order.lines[0].id, 2)
        street.here.shop.take_back(order.id, order.lines[0].id, 1, restocked=False)
        await street.deliver()
        assert await street.here.on_hand("A") == 47


async def test_an_edit_alone_is_enough(tmp_path: Path) -> None:
    async with open_street(tmp_path) as street:
        await street.here.stock("A", 50)
        order = street.here.shop.buy([("A", 5)])
        await street.deliver("orders/create")
        street.here.world.time.at += 60
        street.here.shop.edit(order.id, order.lines[0].id, 2)
        await street.deliver("orders/edited")
        assert await street.here.on_hand("A") == 48


async def test_a_tip_is_no_news_and_a_variant_without_its_sku_is_one_alert(tmp_path: Path) -> None:
    async with open_street(tmp_path) as street:
        await street.here.stock("A", 50)
        street.here.shop.add_variant("", 10)
        street.here.shop.buy([("A", 1)], tip="5.00")
        await street.deliver()
        assert await street.here.alerts() == []
        order = street.here.shop.buy([("A", 1), ("", 2)], tip="5.00")
        await street.deliver()
        await street.here.job("orders")
        (alert,) = await street.here.alerts()
        assert (alert.kind, alert.count) == ("webhook_refused", 1)
        assert alert.message == f"Order {order.id} from shopify: a line was not counted (it has no SKU)."
        assert await street.here.on_hand("A") == 48


async def test_a_sku_that_two_listings_have_is_an_alert_that_names_it_until_it_is_put_right(tmp_path: Path) -> None:
    async with open_street(tmp_path) as street:
        here = street.here
        here.shop.add_variant("TWICE", 7)
        await here.stock("TWICE", 50)
        (alert,) = await here.alerts()
        assert (alert.kind, alert.sku) == ("sync_failed", "TWICE")
        assert alert.message == (
            "Shopify refuses the stock of TWICE: 2 listings have this SKU; "
            "give each its own, or link the one that is meant."
        )
        assert {here.shop.catalog.level(each.item_id).available for each in here.shop.catalog.with_sku("TWICE")} == {
            7,
            50,
        }
        here.shop.remove_variant("TWICE")
        here.world.time.at += 60
        await here.job("broadcast")
        await until(here.is_calm)
        assert here.shop.quantity("TWICE") == 50
