"""The stand-in for WooCommerce keeps the rules that a real 11.0.1 was seen to keep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2
import orjson
import pytest

from playground.courier import WOOCOMMERCE_RETRIES, Courier
from playground.errors import RefusedError
from playground.faults import Fault
from playground.ids import Ids
from playground.woocommerce.app import ROOT, woocommerce_app
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site
from playground.woocommerce.webhooks import sign

KEYS = ("ck_1", "cs_1")
SETTINGS = SiteSettings(*KEYS, webhook_secret="hush")


@dataclass
class Shop:
    """A site, a client of its API, and the time it has."""

    site: Site
    client: httpx2.AsyncClient
    now: list[float]

    async def get(self, path: str, **params: object) -> httpx2.Response:
        return await self.client.get(f"{ROOT}{path}", params={key: str(value) for key, value in params.items()})

    async def post(self, path: str, body: object) -> httpx2.Response:
        return await self.client.post(f"{ROOT}{path}", json=body)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    now = [1_795_521_600.0]
    site = Site(SETTINGS, lambda: now[0], Ids(Random(3)))
    transport = httpx2.ASGITransport(woocommerce_app(site))
    async with httpx2.AsyncClient(transport=transport, base_url="http://woo.test", auth=KEYS) as client:
        yield Shop(site, client, now)


async def test_only_whoever_has_the_keys_is_let_in_by_header_or_query(shop: Shop) -> None:
    async with httpx2.AsyncClient(transport=shop.client._transport, base_url="http://woo.test") as stranger:  # noqa: SLF001
        assert (await stranger.get(f"{ROOT}/products")).status_code == 401
        assert (await stranger.get(f"{ROOT}/products", auth=("ck_1", "cs_2"))).status_code == 401
        query = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
        assert (await stranger.get(f"{ROOT}/products", params=query)).status_code == 200


async def test_lists_come_in_pages_that_say_how_many_there_are(shop: Shop) -> None:
    for number in range(23):
        shop.site.add_product(f"S{number}", number)
    page = await shop.get("/products", per_page=10, page=3)
    assert [row["sku"] for row in page.json()] == ["S20", "S21", "S22"]
    assert (page.headers["x-wp-total"], page.headers["x-wp-totalpages"]) == ("23", "3")
    assert (await shop.get("/products", per_page=101)).json()["code"] == "rest_invalid_param"
    assert (await shop.get("/products", _fields="id", per_page=1)).json()[0].keys() == {"id"}


async def test_a_search_by_sku_finds_variations_too_and_a_plain_list_does_not(shop: Shop) -> None:
    tee = shop.site.add_variable("TEE")
    small = shop.site.add_variation(tee, "TEE-S", 4)
    shop.site.add_product("MUG", 10)
    found = (await shop.get("/products", sku="MUG,TEE-S")).json()
    assert [(row["sku"], row["type"], row["parent_id"]) for row in found] == [
        ("TEE-S", "variation", tee.id),
        ("MUG", "simple", 0),
    ]
    assert [row["sku"] for row in (await shop.get("/products")).json()] == ["TEE", "MUG"]
    assert (await shop.get(f"/products/{tee.id}/variations/{small.id}")).json()["stock_quantity"] == 4


async def test_a_batch_takes_a_hundred_rows_and_each_answers_for_itself(shop: Shop) -> None:
    mug = shop.site.add_product("MUG", 10)
    answer = (await shop.post("/products/batch", {"update": [{"id": mug.id, "stock_quantity": 7}, {"id": 999}]})).json()
    assert [row.get("stock_quantity") for row in answer["update"]] == [7, None]
    assert answer["update"][1]["error"]["code"] == "woocommerce_rest_product_invalid_id"
    many = {"update": [{"id": mug.id, "stock_quantity": 1}] * 101}
    assert (await shop.post("/products/batch", many)).status_code == 413
    assert shop.site.quantity("MUG") == 7


@pytest.mark.parametrize(("quantity", "shown"), [(-3, -3), (None, 0), (2.5, 10), ("x", 10)])
async def test_whole_quantities_are_taken_below_none_too_and_others_refused(
    shop: Shop, quantity: object, shown: int
) -> None:
    mug = shop.site.add_product("MUG", 10)
    answer = await shop.post("/products/batch", {"update": [{"id": mug.id, "stock_quantity": quantity}]})
    assert (answer.status_code, shop.site.quantity("MUG")) == (200 if shown != 10 else 400, shown)


async def test_stock_follows_statuses_and_refunds_as_the_real_one_does(shop: Shop) -> None:
    shop.site.add_product("MUG", 10)
    order = shop.site.buy([("MUG", 3)])
    seen = [shop.site.quantity("MUG")]
    shop.site.refund(order.id, {order.lines[0].id: 1}, restock=True)
    seen.append(shop.site.quantity("MUG"))
    shop.site.cancel(order.id)
    seen.append(shop.site.quantity("MUG"))
    assert seen == [7, 8, 10]


async def test_a_failed_payment_gives_nothing_back_and_an_unpaid_order_takes_nothing(shop: Shop) -> None:
    shop.site.add_product("MUG", 10)
    order = shop.site.buy([("MUG", 3)], "pending")
    seen = [shop.site.quantity("MUG")]
    for status in ("on-hold", "failed", "processing", "pending"):
        shop.site.set_status(order.id, status)
        seen.append(shop.site.quantity("MUG"))
    assert seen == [10, 7, 7, 7, 10]


async def test_an_order_shows_totals_of_refunds_and_a_second_call_their_units(shop: Shop) -> None:
    shop.site.add_product("MUG", 10)
    order = shop.site.buy([("MUG", 3)])
    line_id = order.lines[0].id
    shop.site.refund(order.id, {line_id: 2}, restock=True)
    shown: dict[str, Any] = (await shop.get(f"/orders/{order.id}")).json()
    assert shown["refunds"][0].keys() == {"id", "reason", "total"}
    assert {each["key"]: each["value"] for each in shown["line_items"][0]["meta_data"]} == {
        "_reduced_stock": "1",
        "_restock_refunded_items": "2",
    }
    (refund,) = (await shop.get(f"/orders/{order.id}/refunds")).json()
    assert refund["line_items"][0]["quantity"] == -2
    assert refund["line_items"][0]["meta_data"][0]["value"] == str(line_id)


async def test_orders_are_listed_by_their_change_and_the_trash_apart(shop: Shop) -> None:
    shop.site.add_product("MUG", 10)
    first, second, third = (shop.site.buy([("MUG", 1)]) for _ in range(3))
    shop.now[0] += 60
    shop.site.set_status(first.id, "completed")
    shop.site.trash(second.id)
    asked = {"orderby": "modified", "order": "asc", "dates_are_gmt": "true"}
    assert [row["id"] for row in (await shop.get("/orders", **asked)).json()] == [third.id, first.id]
    late = await shop.get("/orders", modified_after="2026-11-24T12:00:59", **asked)
    assert [row["id"] for row in late.json()] == [first.id]
    assert [row["id"] for row in (await shop.get("/orders", status="trash", **asked)).json()] == [second.id]


async def test_what_is_sold_out_or_not_open_is_refused(shop: Shop) -> None:
    shop.site.add_product("MUG", 2)
    with pytest.raises(RefusedError, match="3 wanted, 2 left"):
        shop.site.buy([("MUG", 3)])
    order = shop.site.buy([("MUG", 2)])
    with pytest.raises(RefusedError, match="cannot be edited"):
        shop.site.edit(order.id, order.lines[0].id, 1)
    with pytest.raises(RefusedError, match="2 can"):
        shop.site.refund(order.id, {order.lines[0].id: 3}, restock=True)


async def test_an_order_is_told_twice_and_each_product_once_all_signed(shop: Shop) -> None:
    shop.site.add_product("MUG", 10)
    shop.site.buy([("MUG", 1)])
    sent = shop.site.outbox.take_all()
    assert sorted(each.topic for each in sent) == ["order.created", "order.updated", "product.updated"]
    assert all(each.headers["X-WC-Webhook-Signature"] == sign("hush", each.body) for each in sent)


async def test_two_deliveries_of_one_webhook_in_one_second_share_their_id(shop: Shop) -> None:
    shop.site.add_product("MUG", 10)
    order = shop.site.buy([("MUG", 1)])
    shop.site.cancel(order.id)
    updated = [each for each in shop.site.outbox.take_all() if each.topic == "order.updated"]
    assert len({each.id for each in updated}) == 1
    assert [orjson.loads(each.body)["status"] for each in updated] == ["processing", "cancelled"]


async def test_nothing_is_sent_twice_and_the_seventh_failure_in_a_row_disables(shop: Shop) -> None:
    answers = iter([500] * 6 + [200] + [500] * 7)
    asked: list[str] = []

    def give(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.headers["x-wc-webhook-topic"])
        return httpx2.Response(next(answers))

    hooks = {hook.topic: hook for hook in shop.site.webhooks.hooks.values()}
    for topic in set(hooks) - {"product.updated"}:
        hooks[topic].status = "paused"
    shop.site.add_product("MUG", 10)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(give), base_url="http://app.test") as client:
        courier = Courier(shop.site, client, WOOCOMMERCE_RETRIES, sleep=asyncio.sleep, rng=Random(1))
        states = []
        for number in range(15):
            shop.site.edit_listing("MUG", number)
            await courier.drain()
            states.append(hooks["product.updated"].status)
    assert states == ["active"] * 13 + ["disabled"] * 2
    assert len(asked) == 14


async def test_a_new_webhook_pings_its_address_unsigned(shop: Shop) -> None:
    body = {"topic": "order.created", "delivery_url": "https://us.test/x", "secret": "s", "status": "active"}
    made = (await shop.post("/webhooks", body)).json()
    (ping,) = shop.site.outbox.take_all()
    assert (ping.body, ping.headers) == (
        f"webhook_id={made['id']}".encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert "secret" not in made
    bad = await shop.post("/webhooks", {**body, "delivery_url": "us.test"})
    assert bad.json()["code"] == "woocommerce_rest_webhook_invalid_delivery_url"


async def test_a_host_that_limits_says_how_long_to_wait(shop: Shop) -> None:
    shop.site.faults.switch_on(Fault.THROTTLED, times=1)
    limited = await shop.get("/products")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "1")
    assert (await shop.get("/products")).status_code == 200
