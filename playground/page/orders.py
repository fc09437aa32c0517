"""The newest order of a shop that can still be changed."""

from typing import Any

from playground.amazon.orders import Order as AmazonOrder
from playground.amazon.orders import Status
from playground.amazon.seller import Seller
from playground.errors import RefusedError
from playground.shopify.orders import Order as ShopifyOrder
from playground.shopify.shop import Shop

_OPEN = (Status.PENDING, Status.UNSHIPPED)


def last_order(shop: Shop | Seller) -> dict[str, Any] | None:
    """What the page says of it: its id, the name people know it by, and what is in it; None when there is none."""
    try:
        if isinstance(shop, Shop):
            return _shopify(newest_of_shop(shop))
        return _amazon(newest_of_seller(shop))
    except RefusedError:
        return None


def newest_of_shop(shop: Shop) -> ShopifyOrder:
    """The newest order with units left; RefusedError when there is none."""
    for order in reversed(shop.orders.values()):
        if order.cancelled_at is None and any(line.current_quantity for line in order.lines):
            return order
    raise RefusedError("there is no open order; buy something first")


def newest_of_seller(seller: Seller) -> AmazonOrder:
    """The newest order that was neither cancelled nor shipped; RefusedError when there is none."""
    for order in reversed(seller.orders.values()):
        if order.status in _OPEN:
            return order
    raise RefusedError("there is no open order; buy something first")


def name_of(shop: Shop, order_id: str) -> str:
    """The number that people know an order of this shop by, while the shop remembers it; else the id."""
    order = shop.orders.get(int(order_id)) if order_id.isdecimal() else None
    return f"#{order.number}" if order else order_id


def _shopify(order: ShopifyOrder) -> dict[str, Any]:
    items = [{"sku": line.sku, "quantity": line.current_quantity} for line in order.lines if line.current_quantity]
    return {"id": str(order.id), "name": f"#{order.number}", "items": items}


def _amazon(order: AmazonOrder) -> dict[str, Any]:
    return {
        "id": order.id,
        "name": order.id,
        "items": [{"sku": item.sku, "quantity": item.quantity} for item in order.items],
    }
