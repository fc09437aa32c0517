"""Bodies of Shopify's webhooks for the tests to vary, and what is made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from core.messages import Message
from core.orders.facts import OrderFacts
from tests.core.marketplaces.support import NOON, no_network

T0 = 1_783_944_000.0
BIG = 9_007_199_254_740_993


def told(topic: str, body: object, **headers: str) -> Sequence[Message]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return no_network().parse({"x-shopify-topic": topic} | headers, raw, NOON)


def order(**changes: object) -> dict[str, object]:
    body = {
        "id": 1001,
        "created_at": "2026-07-13T08:00:00-04:00",
        "updated_at": "2026-07-13T12:00:10Z",
        "line_items": [{"id": 1, "sku": "A", "quantity": 3, "current_quantity": 3}],
        "refunds": [],
    }
    return body | changes


def line(**changes: object) -> dict[str, object]:
    return {"id": 1, "sku": "A", "quantity": 3} | changes


def refund(*lines: Mapping[str, object], **changes: object) -> dict[str, object]:
    body = {"id": 71, "order_id": 1001, "created_at": "2026-07-13T12:00:20Z", "refund_line_items": list(lines)}
    return body | changes


def refund_line(quantity: object = 1, restock_type: object = "return", **changes: object) -> dict[str, object]:
    bought = {"id": 1, "sku": "A"}
    return {"line_item_id": 1, "quantity": quantity, "restock_type": restock_type, "line_item": bought} | changes


def facts(messages: Sequence[Message]) -> OrderFacts:
    (message,) = messages
    assert isinstance(message, OrderFacts)
    return message


def level(**changes: object) -> dict[str, object]:
    gid = f"gid://shopify/InventoryLevel/9?inventory_item_id={BIG}"
    body = {"inventory_item_id": BIG - 1, "location_id": 55, "available": 7, "admin_graphql_api_id": gid}
    return body | {"updated_at": "2026-07-13T12:00:10Z"} | changes
