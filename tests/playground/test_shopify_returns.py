"""What a buyer sends back, and what was never goods."""

from __future__ import annotations

from tests.playground.marketplaces import bodies, make_shop, topics


def test_a_buyers_return_names_its_order_until_its_goods_are_unpacked() -> None:
    shop = make_shop()
    shop.add_variant("MUG", 9)
    order = shop.buy([("MUG", 3)])
    shop.fulfil(order.id)
    topics(shop)
    shop.take_back(order.id, order.lines[0].id, 2)

    assert topics(shop) == [
        "returns/request",
        "returns/approve",
        "reverse_fulfillment_orders/dispose",
        "orders/updated",
        "refunds/create",
        "inventory_levels/update",
        "returns/close",
    ]
    assert bodies(shop, "returns/request")[0]["order"]["id"] == order.id
    assert bodies(shop, "returns/close")[0]["order_id"] == order.id
    assert "order" not in bodies(shop, "reverse_fulfillment_orders/dispose")[0]
    assert shop.quantity("MUG") == 8


def test_a_tip_is_a_line_of_no_variant_that_moves_nothing() -> None:
    shop = make_shop()
    shop.add_variant("MUG", 9)
    order = shop.buy([("MUG", 3)], tip="2.00")
    shop.cancel(order.id)

    tip = bodies(shop, "orders/create")[0]["line_items"][1]
    assert (tip["sku"], tip["variant_id"], tip["product_exists"]) == ("", None, False)
    assert shop.quantity("MUG") == 9
