"""Webhook bodies: REST-shaped JSON of orders, refunds, edits, shipments and levels, without buyers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from playground.shopify.catalog import Level, Variant
from playground.shopify.orders import Line, Order, Refund, RefundLine
from playground.times import local

Json: TypeAlias = dict[str, object]

CURRENCY = "USD"


def gid(kind: str, number: int) -> str:
    """Return a global id: `gid://shopify/Order/1`."""
    return f"gid://shopify/{kind}/{number}"


def level_gid(level: Level) -> str:
    """Return the global id of a level, which names its item in a query string."""
    base = gid("InventoryLevel", level.location_id)
    return f"{base}?inventory_item_id={level.item_id}"


def order_json(order: Order, offset_hours: int) -> Json:
    """Return the body of orders/create, orders/updated and orders/cancelled."""
    total = sum((_total(line, line.quantity) for line in order.lines), Decimal())
    current = sum((_total(line, line.current_quantity) for line in order.lines), Decimal())
    return {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "app_id": None,
        "cancel_reason": order.cancel_reason,
        "cancelled_at": _moment(order.cancelled_at, offset_hours),
        "closed_at": None,
        "confirmed": True,
        "contact_email": "",
        "created_at": local(order.created_at, offset_hours),
        "currency": CURRENCY,
        "current_total_price": f"{current:.2f}",
        "customer": None,
        "email": "",
        "financial_status": _financial_status(order),
        "fulfillment_status": _fulfillment_status(order.lines),
        "location_id": None,
        "name": f"#{order.number}",
        "note": None,
        "number": order.number - 1000,
        "order_number": order.number,
        "phone": None,
        "processed_at": local(order.created_at, offset_hours),
        "source_name": "web",
        "tags": "",
        "test": False,
        "total_line_items_price": f"{total:.2f}",
        "total_price": f"{total:.2f}",
        "updated_at": local(order.updated_at, offset_hours),
        "billing_address": None,
        "shipping_address": None,
        "fulfillments": [],
        "line_items": [line_json(line) for line in order.lines],
        "refunds": [refund_json(order, refund, offset_hours) for refund in order.refunds],
        "shipping_lines": [],
    }


def line_json(line: Line) -> Json:
    """Return one of an order's `line_items`."""
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.fulfillable_quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": _fulfillment_status((line,)),
        "gift_card": False,
        "grams": 0,
        "name": line.title,
        "price": line.price,
        "product_exists": not line.is_custom,
        "product_id": line.product_id or None,
        "properties": [],
        "quantity": line.quantity,
        "requires_shipping": not line.is_custom,
        "sku": line.sku,
        "taxable": True,
        "title": line.title,
        "total_discount": "0.00",
        "variant_id": line.variant_id or None,
        "variant_inventory_management": None if line.is_custom else "shopify",
        "variant_title": None,
        "vendor": None,
    }


def refund_json(order: Order, refund: Refund, offset_hours: int) -> Json:
    """Return the body of refunds/create, which orders carry in `refunds` too."""
    at = local(refund.created_at, offset_hours)
    return {
        "id": refund.id,
        "admin_graphql_api_id": gid("Refund", refund.id),
        "order_id": order.id,
        "created_at": at,
        "processed_at": at,
        "note": refund.note,
        "user_id": None,
        "restock": any(line.restock_type.restocks for line in refund.lines),
        "duties": [],
        "order_adjustments": [],
        "refund_line_items": [_refund_line_json(order, line) for line in refund.lines],
        "transactions": [],
    }


def edit_json(order: Order, edit_id: int, line_id: int, delta: int, offset_hours: int) -> Json:
    """Return the body of orders/edited: ids and deltas, no SKU; its `id` is not the order's."""
    change = [{"id": line_id, "delta": abs(delta)}]
    at = local(order.updated_at, offset_hours)
    return {
        "order_edit": {
            "id": edit_id,
            "app_id": None,
            "created_at": at,
            "committed_at": at,
            "notify_customer": False,
            "order_id": order.id,
            "staff_note": "",
            "user_id": None,
            "line_items": {
                "additions": change if delta > 0 else [],
                "removals": change if delta < 0 else [],
            },
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def fulfillment_json(
    order: Order,
    fulfillment_id: int,
    units: Sequence[tuple[int, int]],
    offset_hours: int,
) -> Json:
    """Return the body of fulfillments/create for the given (line id, quantity)."""
    at = local(order.updated_at, offset_hours)
    return {
        "id": fulfillment_id,
        "admin_graphql_api_id": gid("Fulfillment", fulfillment_id),
        "order_id": order.id,
        "status": "success",
        "created_at": at,
        "updated_at": at,
        "service": "manual",
        "line_items": [line_json(order.line(line_id)) | {"quantity": quantity} for line_id, quantity in units],
    }


def return_json(order: Order, return_id: int, line_id: int, quantity: int, status: str) -> Json:
    """Return the body of returns/request and returns/approve: ids, no SKU."""
    line = {"id": line_id, "admin_graphql_api_id": gid("LineItem", line_id)}
    return {
        "id": return_id,
        "admin_graphql_api_id": gid("Return", return_id),
        "status": status,
        "order": {"id": order.id, "admin_graphql_api_id": gid("Order", order.id)},
        "total_return_line_items": quantity,
        "return_line_items": [{"quantity": quantity, "fulfillment_line_item": {"line_item": line}}],
    }


def closed_return_json(order: Order, return_id: int) -> Json:
    """Return the body of returns/close, which is flat."""
    return {
        "id": return_id,
        "admin_graphql_api_id": gid("Return", return_id),
        "order_id": order.id,
        "status": "closed",
    }


def disposal_json(goods_id: int, kind: str, quantity: int) -> Json:
    """Return the body of reverse_fulfillment_orders/dispose: it names neither the order nor its line."""
    return {
        "id": goods_id,
        "admin_graphql_api_id": gid("ReverseFulfillmentOrder", goods_id),
        "dispositions": [{"type": kind, "quantity": quantity}],
        "total_dispositions": 1,
    }


def level_json(level: Level, variant: Variant, offset_hours: int) -> Json:
    """Return the body of inventory_levels/update; `available` is null for an untracked item."""
    return {
        "inventory_item_id": level.item_id,
        "location_id": level.location_id,
        "available": level.available if variant.tracked else None,
        "updated_at": local(level.updated_at, offset_hours),
        "admin_graphql_api_id": level_gid(level),
    }


def _refund_line_json(order: Order, refund_line: RefundLine) -> Json:
    line = order.line(refund_line.line_id)
    return {
        "id": refund_line.id,
        "line_item_id": line.id,
        "location_id": None,
        "quantity": refund_line.quantity,
        "restock_type": refund_line.restock_type.value,
        "subtotal": float(_total(line, refund_line.quantity)),
        "total_tax": 0.0,
        "line_item": line_json(line),
    }


def _total(line: Line, quantity: int) -> Decimal:
    return Decimal(line.price) * quantity


def _moment(at: float | None, offset_hours: int) -> str | None:
    return None if at is None else local(at, offset_hours)


def _financial_status(order: Order) -> str:
    if not order.refunds:
        return "paid"
    left = any(line.current_quantity for line in order.lines)
    return "partially_refunded" if left else "refunded"


def _fulfillment_status(lines: Sequence[Line]) -> str | None:
    if not any(line.fulfilled_quantity for line in lines):
        return None
    open_units = any(line.fulfillable_quantity for line in lines)
    return "partial" if open_units else "fulfilled"
