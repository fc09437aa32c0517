"""Lines and orders that are not as they should be: refused one by one, and never the good ones with them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.messages import Refetch, Refused
from core.orders.facts import LineFact, RefusedLine
from tests.core.marketplaces.shopify_bodies import facts, level, line, order, told


def refused_line(**changes: object) -> RefusedLine:
    (refused,) = facts(told("orders/create", order(line_items=[line(**changes)]))).refused
    return refused


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, 1.0, True, "3", None, [3], float("1e300"), 10**40])
def test_a_line_of_no_sensible_quantity_is_refused_with_its_sku(quantity: object) -> None:
    refused = refused_line(quantity=quantity)
    assert (refused.line_id, refused.sku) == ("1", "A")
    assert refused.reason.startswith("its quantity must be ")


def test_a_line_that_was_removed_whole_may_have_no_quantity() -> None:
    body = order(line_items=[line(quantity=0, current_quantity=0)])
    assert facts(told("orders/updated", body)).lines == (LineFact("1", "A", 0),)


@pytest.mark.parametrize("sku", [None, "", "  ", 5, ["A"], "A" * 201, "A\nB", "A\x00", "\ud800", "A\u202eB"])
def test_a_line_without_a_sound_sku_is_refused(sku: object) -> None:
    refused = refused_line(sku=sku)
    assert (refused.line_id, refused.sku) == ("1", "")
    assert "SKU" in refused.reason


@pytest.mark.parametrize(
    "kind",
    [
        {"gift_card": True},
        {"requires_shipping": False},
        {"variant_id": None},
        {"variant_id": 7, "product_exists": False},
    ],
    ids=["gift card", "service", "tip or custom item", "deleted product"],
)
def test_a_line_that_never_had_stock_is_left_out(kind: Mapping[str, object]) -> None:
    said = facts(told("orders/create", order(line_items=[line(sku="", **kind), line(id=2, sku="B")])))
    assert (said.lines, said.refused) == ((LineFact("2", "B", 3),), ())


@pytest.mark.parametrize("variant", [{"variant_id": 7, "product_exists": True}, {}])
def test_a_line_of_a_variant_that_lacks_its_sku_is_refused(variant: Mapping[str, object]) -> None:
    refused = refused_line(sku="", requires_shipping=True, gift_card=False, **variant)
    assert (refused.line_id, refused.reason) == ("1", "it has no SKU")


def test_a_tip_with_a_sku_is_counted_like_any_line() -> None:
    assert facts(told("orders/create", order(line_items=[line(variant_id=None)]))).lines == (LineFact("1", "A", 3),)


def test_a_bad_line_does_not_hold_up_the_good_ones() -> None:
    said = facts(told("orders/create", order(line_items=[line(quantity=-1), line(id=2, sku="B"), 7])))
    assert said.lines == (LineFact("2", "B", 3),)
    assert [each.line_id for each in said.refused] == ["1", "line 3"]


def test_an_order_that_came_without_its_lines_is_fetched() -> None:
    assert told("orders/updated", {"id": 1001}) == [Refetch("1001")]


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("", {}),
        ("", {"hello": "world"}),
        ("orders/create", {}),
        ("orders/create", {"line_items": []}),
        ("orders/create", order(line_items={"a": 1})),
        ("orders/create", order(id=True)),
        ("orders/create", order(id="x" * 101)),
        ("orders/delete", {}),
        ("orders/edited", {}),
        ("refunds/create", {"id": 5}),
        ("inventory_levels/update", level(available="7")),
        ("inventory_levels/update", level(available=True)),
        ("inventory_levels/update", {"location_id": 55, "available": 7}),
        ("", {"items": "A"}),
        ("", {"items": [], "orderId": ["x"]}),
    ],
)
def test_an_authentic_body_that_can_never_be_applied_is_refused_once(topic: str, body: object) -> None:
    first, again = told(topic, body), told(topic, body)
    assert first == again
    assert isinstance(first[0], Refused)
    assert first[0].key.startswith("shopify#refused#")
    assert first[0].reason
