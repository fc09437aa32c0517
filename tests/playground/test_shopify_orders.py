"""What buyers and operators do, and what the shop then shows and says."""

from collections.abc import Callable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import RefusedError
from playground.shopify.catalog import Policy
from playground.shopify.orders import Order, RestockType
from playground.shopify.shop import Shop
from tests.playground.marketplaces import Clock, Json, bodies, make_shop, topics

STOCK = 1000


def shop_with(stock: int = 9, clock: Clock | None = None) -> Shop:
    shop = make_shop(clock)
    shop.add_variant("MUG", stock)
    return shop


def test_an_order_lowers_what_the_listing_shows_and_announces_itself() -> None:
    shop = shop_with()

    order = shop.buy([("MUG", 2)])

    assert shop.quantity("MUG") == 7
    assert topics(shop) == ["orders/create", "orders/updated", "inventory_levels/update"]
    assert shop.catalog.level(order.lines[0].item_id).on_hand == 9


def test_an_order_webhook_looks_like_shopifys() -> None:
    shop = shop_with()

    order = shop.buy([("MUG", 2)])

    (body,) = bodies(shop, "orders/create")
    (line,) = body["line_items"]
    assert body["id"] == order.id > 2**53
    assert body["admin_graphql_api_id"] == f"gid://shopify/Order/{order.id}"
    assert body["created_at"] == body["updated_at"] == "2026-11-23T13:05:00-05:00"
    assert body["refunds"] == []
    assert line["id"] == order.lines[0].id > 2**53
    assert {name: line[name] for name in ("sku", "quantity", "current_quantity", "fulfillable_quantity")} == {
        "sku": "MUG",
        "quantity": 2,
        "current_quantity": 2,
        "fulfillable_quantity": 2,
    }


def test_nothing_tells_who_bought() -> None:
    shop = shop_with()
    shop.buy([("MUG", 2)])

    (body,) = bodies(shop, "orders/create")

    buyer = ("customer", "billing_address", "shipping_address", "email", "contact_email", "phone", "note")
    assert not any(body[name] for name in buyer)


@pytest.mark.parametrize("items", [[("MUG", 10)], [("MUG", 5), ("MUG", 5)], [("NONE", 1)], [("MUG", 0)], []])
def test_what_cannot_be_bought_is_refused_and_changes_nothing(items: list[tuple[str, int]]) -> None:
    shop = shop_with()

    with pytest.raises(RefusedError):
        shop.buy(items)

    assert shop.quantity("MUG") == 9
    assert shop.outbox.pending == []
    assert shop.orders == {}


def test_a_variant_that_continues_selling_goes_below_zero() -> None:
    shop = make_shop()
    shop.add_variant("MUG", 1, policy=Policy.CONTINUE)

    shop.buy([("MUG", 3)])

    assert shop.quantity("MUG") == -2


def test_an_untracked_variant_has_no_stock_to_lower() -> None:
    shop = make_shop()
    shop.add_variant("CARD", 0, tracked=False)

    shop.buy([("CARD", 3)])

    assert topics(shop) == ["orders/create", "orders/updated"]
    shop.edit_listing("CARD", 5)
    assert bodies(shop, "inventory_levels/update")[0]["available"] is None


def test_a_cancelled_order_gives_its_units_back_by_a_refund() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 2)])
    topics(shop)

    shop.cancel(order.id)

    assert shop.quantity("MUG") == 9
    assert topics(shop) == ["orders/cancelled", "orders/updated", "refunds/create", "inventory_levels/update"]
    (body,) = bodies(shop, "orders/cancelled")
    assert body["cancelled_at"] is not None
    assert body["cancel_reason"] == "customer"
    assert body["refunds"][0]["refund_line_items"][0]["restock_type"] == "cancel"
    assert body["line_items"][0]["current_quantity"] == 0


def test_a_cancelled_order_may_keep_its_units() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 2)])
    topics(shop)

    shop.cancel(order.id, restock=False)

    assert shop.quantity("MUG") == 7
    assert topics(shop) == ["orders/cancelled", "orders/updated", "refunds/create"]
    assert shop.catalog.level(order.lines[0].item_id).on_hand == 7


def test_a_refund_is_told_inside_the_order_and_by_itself() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 3)])
    topics(shop)

    shop.refund(order.id, order.lines[0].id, 2, RestockType.CANCEL)

    assert shop.quantity("MUG") == 8
    assert topics(shop) == ["orders/updated", "refunds/create", "inventory_levels/update"]
    (alone,) = bodies(shop, "refunds/create")
    assert bodies(shop, "orders/updated")[-1]["refunds"] == [alone]
    assert alone["order_id"] == order.id
    assert alone["refund_line_items"][0]["line_item"]["sku"] == "MUG"
    assert alone["refund_line_items"][0]["quantity"] == 2


def test_a_return_takes_units_that_were_shipped() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 3)])
    line_id = order.lines[0].id
    with pytest.raises(RefusedError):
        shop.refund(order.id, line_id, 1, RestockType.RETURN)
    shop.fulfil(order.id)
    assert shop.catalog.level(order.lines[0].item_id).on_hand == 6

    shop.refund(order.id, line_id, 1, RestockType.RETURN)

    assert shop.quantity("MUG") == 7
    assert shop.catalog.level(order.lines[0].item_id).on_hand == 7


def test_an_edit_is_told_without_a_sku_and_under_another_id() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 3)])
    topics(shop)

    shop.edit(order.id, order.lines[0].id, 1)

    assert shop.quantity("MUG") == 8
    assert topics(shop) == ["orders/updated", "orders/edited", "inventory_levels/update"]
    edit = bodies(shop, "orders/edited")[0]["order_edit"]
    assert edit["order_id"] == order.id != edit["id"]
    assert edit["line_items"] == {"additions": [], "removals": [{"id": order.lines[0].id, "delta": 2}]}
    line = bodies(shop, "orders/updated")[-1]["line_items"][0]
    assert (line["quantity"], line["current_quantity"]) == (3, 1)


def test_an_edit_may_add_what_is_there() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 3)])

    edited = shop.edit(order.id, order.lines[0].id, 9)
    with pytest.raises(RefusedError):
        shop.edit(order.id, order.lines[0].id, 10)

    assert (edited.lines[0].quantity, edited.lines[0].current_quantity) == (9, 9)
    assert shop.quantity("MUG") == 0


def test_an_edit_to_the_same_quantity_says_nothing() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 3)])
    topics(shop)

    shop.edit(order.id, order.lines[0].id, 3)

    assert topics(shop) == []


def test_a_listing_edited_by_hand_tells_only_its_level() -> None:
    shop = shop_with()

    shop.edit_listing("MUG", 40)

    (body,) = bodies(shop, "inventory_levels/update")
    variant = shop.catalog.find("MUG")
    assert topics(shop) == ["inventory_levels/update"]
    assert body["available"] == 40
    assert body["inventory_item_id"] == variant.item_id
    assert body["admin_graphql_api_id"].endswith(f"?inventory_item_id={variant.item_id}")
    assert body["location_id"] == shop.catalog.primary.id


def test_a_deleted_order_leaves_only_its_id() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 2)])
    topics(shop)

    shop.delete(order.id)

    assert topics(shop) == ["orders/delete", "inventory_levels/update"]
    assert bodies(shop, "orders/delete") == [{"id": order.id}]
    assert shop.quantity("MUG") == 9
    with pytest.raises(RefusedError):
        shop.cancel(order.id)


def test_a_shipment_is_told_and_lowers_what_is_on_hand() -> None:
    shop = shop_with()
    order = shop.buy([("MUG", 3)])
    topics(shop)

    shop.fulfil(order.id, [(order.lines[0].id, 2)])

    assert topics(shop) == ["orders/updated", "fulfillments/create"]
    assert bodies(shop, "fulfillments/create")[0]["line_items"][0]["quantity"] == 2
    assert bodies(shop, "orders/updated")[-1]["line_items"][0]["fulfillable_quantity"] == 1
    with pytest.raises(RefusedError):
        shop.cancel(order.id)


def test_a_change_within_the_same_second_has_the_same_time() -> None:
    clock = Clock()
    shop = shop_with(clock=clock)
    order = shop.buy([("MUG", 3)])
    clock.advance(0.5)

    shop.refund(order.id, order.lines[0].id, 1, RestockType.CANCEL)

    created, updated = bodies(shop, "orders/create")[0], bodies(shop, "orders/updated")[-1]
    assert created["updated_at"] == updated["updated_at"]


Step = Callable[[Shop, Order, int], object]

STEPS: dict[str, Step] = {
    "cancel": lambda shop, order, units: shop.cancel(order.id, restock=units % 2 == 0),
    "edit": lambda shop, order, units: shop.edit(order.id, order.lines[0].id, units),
    "fulfil": lambda shop, order, units: shop.fulfil(order.id, [(order.lines[0].id, units)]),
} | {
    kind.value: lambda shop, order, units, kind=kind: shop.refund(order.id, order.lines[0].id, units, kind)
    for kind in RestockType
}


@given(st.integers(1, 9), st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9)), max_size=8))
def test_an_order_webhook_says_how_many_units_the_order_took(ordered: int, steps: list[tuple[str, int]]) -> None:
    """Units put back are refunded ones that restock, and removed ones; once cancelled only others stay away."""
    shop = shop_with(STOCK)
    order = shop.buy([("MUG", ordered)])

    for name, units in steps:
        try:
            STEPS[name](shop, order, units)
        except RefusedError:
            continue

    told = orjson.loads(next(sent.body for sent in reversed(shop.outbox.history) if sent.topic == "orders/updated"))
    assert STOCK - shop.quantity("MUG") == units_held(told)


def units_held(order: Json) -> int:
    (line,) = order["line_items"]
    refunds = [refunded for refund in order["refunds"] for refunded in refund["refund_line_items"]]
    kept: int = sum(refunded["quantity"] for refunded in refunds if refunded["restock_type"] == "no_restock")
    if order["cancelled_at"]:
        return kept
    refunded_units = sum(refunded["quantity"] for refunded in refunds)
    removed = line["quantity"] - line["current_quantity"] - refunded_units
    held: int = line["quantity"] - (refunded_units - kept) - removed
    return held
