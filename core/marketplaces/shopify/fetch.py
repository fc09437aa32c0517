"""An order read back from the shop, turned into the shape of its webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.orders import read_order
from core.marketplaces.shopify.queries import MOST_REFUNDS, READ_ORDER
from core.orders.facts import OrderFacts

_PAGES = 20


async def fetch_order(admin: Admin, order_id: str) -> OrderFacts | None:
    """The order as it is now; None when the shop has none with this id."""
    if not order_id.isdecimal():
        return None
    order, lines = await _read(admin, f"gid://shopify/Order/{order_id}")
    if not order:
        return None
    refunds = [table(refund) for refund in rows(order.get("refunds"))]
    body = {
        "created_at": order.get("createdAt"),
        "updated_at": order.get("updatedAt"),
        "cancelled_at": order.get("cancelledAt"),
        "line_items": [_line(line, whole=_is_whole(refunds)) for line in lines],
        "refunds": [_refund(refund) for refund in refunds],
    }
    return read_order(order_id, body, "order_update")


async def _read(admin: Admin, global_id: str) -> tuple[Mapping[str, object], Sequence[Mapping[str, object]]]:
    first: Mapping[str, object] = {}
    lines: list[Mapping[str, object]] = []
    after: object = None
    for _ in range(_PAGES):
        order = table((await admin.run(READ_ORDER, {"id": global_id, "after": after})).get("order"))
        first = first or order
        page = table(order.get("lineItems"))
        lines += [table(line) for line in rows(page.get("nodes"))]
        info = table(page.get("pageInfo"))
        after = info.get("endCursor")
        if info.get("hasNextPage") is not True or not isinstance(after, str):
            break
    return first, lines


def _is_whole(refunds: Sequence[Mapping[str, object]]) -> bool:
    """Whether every refund was read: only then do the current quantities say what an edit removed."""
    pages = [table(table(refund.get("refundLineItems")).get("pageInfo")) for refund in refunds]
    return len(refunds) < MOST_REFUNDS and not any(page.get("hasNextPage") is True for page in pages)


def _line(line: Mapping[str, object], *, whole: bool) -> Mapping[str, object]:
    return {
        "admin_graphql_api_id": line.get("id"),
        "sku": line.get("sku"),
        # A webhook has told of a line without a SKU already, where it was a fault.
        "requires_shipping": bool(line.get("sku")),
        "quantity": line.get("quantity"),
        "current_quantity": line.get("currentQuantity") if whole else None,
    }


def _refund(refund: Mapping[str, object]) -> Mapping[str, object]:
    return {
        "admin_graphql_api_id": refund.get("id"),
        "created_at": refund.get("createdAt"),
        "processed_at": refund.get("processedAt"),
        "refund_line_items": [
            _refund_line(table(line)) for line in rows(table(refund.get("refundLineItems")).get("nodes"))
        ],
    }


def _refund_line(line: Mapping[str, object]) -> Mapping[str, object]:
    bought = table(line.get("lineItem"))
    return {
        "quantity": line.get("quantity"),
        "restock_type": line.get("restockType"),
        "line_item": {"admin_graphql_api_id": bought.get("id"), "sku": bought.get("sku")},
    }
