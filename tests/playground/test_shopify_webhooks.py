"""Webhooks are signed, told apart, and delivered until they are accepted."""

import asyncio
import hashlib
import hmac
from base64 import b64encode
from random import Random

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.courier import SHOPIFY_RETRIES, Courier, RetryPlan
from playground.faults import Fault
from playground.shopify.shop import Shop
from playground.shopify.webhooks import Topic
from tests.playground.marketplaces import STARTED, Clock, Inbox, courier_to, in_process, make_shop


def shop_that_sold(clock: Clock, orders: int = 1) -> Shop:
    shop = make_shop(clock)
    shop.add_variant("MUG", 1000)
    for _ in range(orders):
        shop.buy([("MUG", 1)])
    return shop


async def test_a_delivery_carries_shopifys_headers() -> None:
    clock, inbox = Clock(), Inbox()
    shop = shop_that_sold(clock)

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()

    headers, body = inbox.received[0]
    assert headers["x-shopify-topic"] == "orders/create"
    assert headers["x-shopify-hmac-sha256"] == b64encode(hmac.digest(b"hush", body, hashlib.sha256)).decode()
    assert headers["x-shopify-shop-domain"] == "syncstate-playground.myshopify.com"
    assert headers["x-shopify-api-version"] == "2026-10"
    assert headers["x-shopify-triggered-at"] == "2026-11-23T18:05:00.250000Z"
    assert headers["content-type"] == "application/json"


async def test_topics_of_one_event_share_its_id_and_no_webhook_id() -> None:
    clock, inbox = Clock(), Inbox()
    shop = shop_that_sold(clock, orders=2)

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()

    events = [headers["x-shopify-event-id"] for headers, _ in inbox.received]
    assert [headers["x-shopify-topic"] for headers, _ in inbox.received[:3]] == [
        Topic.ORDERS_CREATE,
        Topic.ORDERS_UPDATED,
        Topic.INVENTORY_LEVELS_UPDATE,
    ]
    assert len(set(events)) == 2
    assert len(set(inbox.ids)) == 6


async def test_a_refused_delivery_comes_again_unchanged() -> None:
    clock, inbox = Clock(), Inbox(503, 401, 302)
    shop = shop_that_sold(clock)
    shop.outbox.pending = shop.outbox.pending[:1]

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()

    assert [attempt.status for attempt in courier.attempts] == [503, 401, 302, 200]
    assert [attempt.at - STARTED for attempt in courier.attempts] == [0, 10, 70, 370]
    first = inbox.received[0]
    assert all(again == first for again in inbox.received)


async def test_shopify_gives_up_after_8_retries_in_4_hours() -> None:
    clock, inbox = Clock(), Inbox(*[500] * 20)
    shop = shop_that_sold(clock)
    shop.webhooks.subscribe(Topic.ORDERS_CREATE, "/other", by_api=True)
    shop.outbox.take_all()
    shop.buy([("MUG", 1)])
    shop.outbox.pending = [sent for sent in shop.outbox.pending if sent.topic == Topic.ORDERS_CREATE]

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()

    assert len(courier.given_up) == 2
    assert max(attempt.number for attempt in courier.attempts) == 8
    assert sum(SHOPIFY_RETRIES.delays) == 4 * 3600
    kept = [kept.uri for kept in shop.webhooks.subscriptions.values() if kept.topic == Topic.ORDERS_CREATE]
    assert kept == ["/webhook/shopify"]


async def test_an_answer_that_takes_too_long_counts_as_none() -> None:
    clock, entered = Clock(), asyncio.Event()

    async def never(request: Request) -> Response:
        entered.set()
        await asyncio.Event().wait()
        return Response()

    shop = shop_that_sold(clock)
    shop.outbox.pending = shop.outbox.pending[:1]
    app = Starlette(routes=[Route("/webhook/shopify", never, methods=["POST"])])
    async with in_process(app) as client:
        plan = RetryPlan((), limit=0.01)
        courier = Courier(shop, client, plan, sleep=clock.sleep, rng=Random(3), parallel=1)
        await courier.drain()

    assert entered.is_set()
    assert [attempt.status for attempt in courier.attempts] == [None]


async def test_a_duplicate_has_the_same_webhook_id() -> None:
    clock, inbox = Clock(), Inbox()
    shop = shop_that_sold(clock)
    shop.faults.switch_on(Fault.DUPLICATE, times=1)

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()

    assert len(inbox.ids) == 4
    assert inbox.ids[0] == inbox.ids[1]


async def test_shuffled_deliveries_are_the_same_in_another_order() -> None:
    clock, inbox = Clock(), Inbox()
    shop = shop_that_sold(clock, orders=5)
    shop.faults.switch_on(Fault.SHUFFLE)
    sent = [delivery.id for delivery in shop.outbox.pending]

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()

    assert inbox.ids != sent
    assert sorted(inbox.ids) == sorted(sent)


async def test_a_dropped_delivery_never_comes() -> None:
    clock, inbox = Clock(), Inbox()
    shop = shop_that_sold(clock)
    shop.faults.switch_on(Fault.DROP, times=1)

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()

    assert [delivery.topic for delivery in courier.dropped] == ["orders/create"]
    assert len(inbox.received) == 2


async def test_delayed_deliveries_wait_for_their_release() -> None:
    clock, inbox = Clock(), Inbox()
    shop = shop_that_sold(clock)
    shop.faults.switch_on(Fault.DELAY)

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        await courier.drain()
        assert inbox.received == []
        shop.faults.switch_off(Fault.DELAY)
        await courier.drain()

    assert len(inbox.received) == 3


async def test_a_running_courier_delivers_what_comes() -> None:
    clock, inbox = Clock(), Inbox(500)
    shop = make_shop(clock)
    shop.add_variant("MUG", 9)

    async with courier_to(inbox, shop, clock, SHOPIFY_RETRIES) as courier:
        running = asyncio.create_task(courier.run())
        shop.buy([("MUG", 1)])
        await shop.wait_for(lambda: len(courier.attempts) == 4 and courier.idle)
        shop.faults.switch_on(Fault.DELAY)
        shop.edit_listing("MUG", 3)
        shop.faults.switch_off(Fault.DELAY)
        await shop.wait_for(lambda: len(courier.attempts) == 5 and courier.idle)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_running_courier_survives_a_receiver_that_is_not_there() -> None:
    clock = Clock()
    shop = shop_that_sold(clock)

    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(refuse), base_url="http://app") as client:
        courier = Courier(shop, client, RetryPlan((1,)), sleep=clock.sleep, rng=Random(3))
        await courier.drain()

    assert [attempt.status for attempt in courier.attempts] == [None] * 6
    assert len(courier.given_up) == 3
