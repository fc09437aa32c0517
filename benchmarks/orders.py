"""Signed order webhooks as Shopify posts them, made before the clock starts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import orjson

from playground.shopify.orders import Line, Order
from playground.shopify.payloads import order_json
from playground.shopify.webhooks import sign

SECRET = "bench-secret"  # noqa: S105 - it guards nothing
PATH = "/webhook/shopify"
SPREAD = tuple(f"SKU-{index:04}" for index in range(500))
HOT = "SKU-HOT"
SKUS = (*SPREAD, HOT)
_IDS = count(5_000_000_000_000)


@dataclass(frozen=True, slots=True)
class Batch:
    """Raw HTTP requests, each a fresh order, and the units that they sell by SKU."""

    requests: Sequence[bytes]
    sold: Mapping[str, int]


def spread(orders: int) -> Batch:
    """So many orders of one unit over the 500 SKUs in turn."""
    return _batch([SPREAD[index % len(SPREAD)] for index in range(orders)])


def hot(orders: int) -> Batch:
    """The same, all of one SKU."""
    return _batch([HOT] * orders)


def as_request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One raw HTTP/1.1 request."""
    lines = {"host": "127.0.0.1", "content-length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def _batch(skus: Sequence[str]) -> Batch:
    now = time.time()
    return Batch([_order(sku, next(_IDS), now) for sku in skus], Counter(skus))


def _order(sku: str, order_id: int, now: float) -> bytes:
    line = Line(order_id + 1, order_id + 2, order_id + 3, order_id + 4, sku, "A thing to sell", "19.90", 1, 1, 1)
    body = orjson.dumps(order_json(Order(order_id, order_id % 100_000, now, now, (line,)), 0))
    return as_request("POST", PATH, _headers(body, order_id), body)


def _headers(body: bytes, order_id: int) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "Shopify-Captain-Hook",
        "x-shopify-topic": "orders/create",
        "x-shopify-hmac-sha256": sign(SECRET, body),
        "x-shopify-shop-domain": "bench.myshopify.com",
        "x-shopify-api-version": "2026-10",
        "x-shopify-webhook-id": f"webhook-{order_id}",
        "x-shopify-event-id": f"event-{order_id}",
    }
