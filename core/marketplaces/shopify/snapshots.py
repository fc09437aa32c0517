"""An order as GraphQL shows it, turned into the shape of its webhooks, so that both say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.marketplaces.bodies import table
from core.marketplaces.shopify.orders import read_order
from core.marketplaces.shopify.pages import Node, nodes
from core.marketplaces.shopify.posted import tail
from core.orders.facts import OrderFacts


def to_facts(order: Node, lines: Sequence[Node], refunds: Sequence[Node], *, whole: bool) -> OrderFacts | None:
    """The order's facts; None when it has no id. `whole`: these are all its refunds, each with all its goods."""
    order_id = tail(order.get("id"))
    if not order_id:
        return None
    body = {
        "created_at": order.get("createdAt"),
        "updated_at": order.get("updatedAt"),
        "cancelled_at": order.get("cancelledAt"),
        "line_items": [_line(line, whole=whole) for line in lines],
        "refunds": [_refund(refund) for refund in refunds],
    }
    return read_order(order_id, body, "order_update")


def _line(line: Node, *, whole: bool) -> Mapping[str, object]:
    return {
        "admin_graphql_api_id": line.get("id"),
        "sku": line.get("sku"),
        "gift_card": line.get("isGiftCard"),
        "requires_shipping": line.get("requiresShipping"),
        "variant_id": tail(table(line.get("variant")).get("id")) or None,
        "quantity": line.get("quantity"),
        # Only beside all the refunds do the current quantities say what an edit removed.
        "current_quantity": line.get("currentQuantity") if whole else None,
    }


def _refund(refund: Node) -> Mapping[str, object]:
    return {
        "admin_graphql_api_id": refund.get("id"),
        "created_at": refund.get("createdAt"),
        "processed_at": refund.get("processedAt"),
        "refund_line_items": [_refund_line(line) for line in nodes(refund.get("refundLineItems"))],
    }


def _refund_line(line: Node) -> Mapping[str, object]:
    bought = table(line.get("lineItem"))
    return {
        "quantity": line.get("quantity"),
        "restock_type": line.get("restockType"),
        "line_item": {"admin_graphql_api_id": bought.get("id"), "sku": bought.get("sku")},
    }
