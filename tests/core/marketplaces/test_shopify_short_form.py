"""The short form of an order."""

from __future__ import annotations

import orjson

from core.messages import Ignored
from core.orders.facts import LineFact, OrderFacts
from tests.core.marketplaces.shopify_bodies import facts, told
from tests.core.marketplaces.support import NOON, no_network


def test_the_short_form_is_an_order_of_now() -> None:
    body = {"orderId": "web-7", "items": [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 2}]}
    lines = (LineFact("sku:A", "A", 1), LineFact("sku:B", "B", 2))
    expected = [OrderFacts("shopify", "web-7", "order", created_at=NOON, lines=lines)]
    assert told("", body) == expected
    assert told("orders/create", body) == expected


def test_equal_skus_of_the_short_form_are_one_line() -> None:
    body = {"orderId": 7, "items": [{"sku": "A", "quantity": 1}, {"sku": "A", "quantity": 2}]}
    assert facts(told("", body)).lines == (LineFact("sku:A", "A", 3),)


def test_the_short_form_without_an_id_takes_the_deliverys() -> None:
    body = {"items": [{"sku": "A", "quantity": 1}]}
    assert facts(told("", body, **{"x-shopify-webhook-id": "w-1"})).order_id == "w-1"


def test_the_short_form_without_any_id_is_an_order_of_its_own_each_time() -> None:
    shopify = no_network()
    body = orjson.dumps({"items": [{"sku": "A", "quantity": 1}]})
    ids = [facts(shopify.parse({}, body, NOON)).order_id for _ in range(2)]
    assert ids == ["fresh-1", "fresh-2"]


def test_the_short_form_refuses_bad_items_and_keeps_the_good_ones() -> None:
    items = [{"sku": "A", "quantity": -1}, {"quantity": 1}, "x", {"sku": "B", "quantity": 2}]
    said = facts(told("", {"orderId": "1", "items": items}))
    assert said.lines == (LineFact("sku:B", "B", 2),)
    assert [(each.line_id, each.sku) for each in said.refused] == [("item 1", "A"), ("item 2", ""), ("item 3", "")]


def test_the_short_form_without_items_moves_nothing() -> None:
    assert told("", {"items": []}) == [Ignored("it has no items")]
