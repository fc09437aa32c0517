"""What goes wrong with the Admin API, on purpose, and the calls that are noted."""

import asyncio

import httpx2
import orjson
import pytest
from starlette.types import Message

from playground.door import hang_up
from playground.faults import Fault
from playground.shopify.app import shopify_app
from playground.shopify.payloads import gid
from playground.shopify.shop import Shop
from tests.playground.marketplaces import GRAPHQL, TOKEN, Clock, Json, in_process, make_shop, shop_client

SET = """
mutation Push($input: InventorySetQuantitiesInput!) {
  inventorySetQuantities(input: $input) @idempotent(key: "k") { userErrors { code } }
}
"""


def push_of(shop: Shop, sku: str, quantity: int) -> Json:
    row = {
        "inventoryItemId": gid("InventoryItem", shop.catalog.find(sku).item_id),
        "locationId": gid("Location", shop.catalog.primary.id),
        "quantity": quantity,
        "changeFromQuantity": shop.quantity(sku),
    }
    wanted = {"name": "available", "reason": "correction", "quantities": [row]}
    return {"query": SET, "variables": {"input": wanted}}


async def test_offline_answers_503_and_changes_nothing() -> None:
    shop = make_shop()
    shop.add_variant("MUG", 9)
    shop.faults.switch_on(Fault.OFFLINE)

    async with shop_client(shop) as client:
        refused = await client.post(GRAPHQL, json=push_of(shop, "MUG", 4))
        unchanged = shop.quantity("MUG")
        shop.faults.switch_off(Fault.OFFLINE)
        answered = await client.post(GRAPHQL, json=push_of(shop, "MUG", 4))

    assert (refused.status_code, unchanged) == (503, 9)
    assert (answered.status_code, shop.quantity("MUG")) == (200, 4)


async def test_a_lost_reply_was_applied() -> None:
    shop = make_shop()
    shop.add_variant("MUG", 9)
    shop.faults.switch_on(Fault.LOST_REPLY, times=1)
    push = push_of(shop, "MUG", 4)

    async with shop_client(shop) as client:
        with pytest.raises(httpx2.ReadTimeout):
            await client.post(GRAPHQL, json=push)
        applied = shop.quantity("MUG")
        again = await client.post(GRAPHQL, json=push)

    assert applied == 4
    assert again.json()["data"]["inventorySetQuantities"]["userErrors"] == []


async def test_a_lost_reply_over_a_socket_ends_in_an_unfinished_answer() -> None:
    shop = make_shop()
    shop.faults.switch_on(Fault.LOST_REPLY)
    sent: list[str] = []

    async def send(message: Message) -> None:
        sent.append(message["type"])

    body = orjson.dumps({"query": "{ shop { name } }"})

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": GRAPHQL,
        "query_string": b"",
        "headers": [(b"x-shopify-access-token", TOKEN.encode())],
    }
    await shopify_app(shop, lose=hang_up)(scope, receive, send)

    assert sent == ["http.response.start"]


async def test_a_slow_call_waits_for_its_release() -> None:
    shop = make_shop()
    shop.add_variant("MUG", 9)
    shop.faults.switch_on(Fault.SLOW)

    async with shop_client(shop) as client, asyncio.TaskGroup() as tasks:
        call = tasks.create_task(client.post(GRAPHQL, json=push_of(shop, "MUG", 4)))
        await shop.wait_for(lambda: len(shop.calls) == 1)
        assert (shop.quantity("MUG"), shop.calls[0].status) == (9, None)
        shop.faults.switch_off(Fault.SLOW)

    assert call.result().status_code == 200
    assert shop.quantity("MUG") == 4


async def test_every_call_is_noted_with_its_times() -> None:
    clock = Clock()
    shop = make_shop(clock)
    shop.faults.switch_on(Fault.SLOW)

    async with in_process(shopify_app(shop)) as client, asyncio.TaskGroup() as tasks:
        tasks.create_task(client.post(f"{GRAPHQL}?a=b", json={"query": "{ shop { name } }"}))
        await shop.wait_for(lambda: len(shop.calls) == 1)
        clock.advance(2)
        shop.faults.switch_off(Fault.SLOW)

    (call,) = shop.calls
    assert (call.method, call.path, call.query, call.status) == ("POST", GRAPHQL, "a=b", 401)
    assert orjson.loads(call.body) == {"query": "{ shop { name } }"}
    assert call.answered_at is not None
    assert call.answered_at - call.at == 2


async def test_a_follower_sees_every_change_and_no_more() -> None:
    shop = make_shop()
    followed = shop.subscribe()
    await anext(followed)

    shop.add_variant("MUG", 9)
    shop.buy([("MUG", 1)])
    await anext(followed)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(followed)


async def test_waiting_for_what_never_comes_ends() -> None:
    with pytest.raises(TimeoutError):
        await make_shop().wait_for(lambda: False, 0.01)


def test_faults_that_are_on_can_be_listed() -> None:
    shop = make_shop()

    shop.faults.switch_on(Fault.DROP, times=2)
    shop.faults.switch_on(Fault.OFFLINE)

    assert shop.faults.active() == (Fault.OFFLINE, Fault.DROP)
    assert [shop.faults.strikes(Fault.DROP) for _ in range(3)] == [True, True, False]
    assert shop.faults.active() == (Fault.OFFLINE,)
