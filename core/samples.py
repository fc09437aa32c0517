"""Sample messages as a marketplace would send them, signed, to try a running server with."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import orjson

from core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Sample:
    """A request ready to be posted to `path`."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered to a sample."""

    status: int
    text: str

    @property
    def is_good(self) -> bool:
        """Whether it took the sample."""
        return self.status < 300  # noqa: PLR2004 - what HTTP calls successful


def shopify_order(secret: str, sku: str, quantity: int, order_id: str, now: float) -> Sample:
    """An `orders/create` webhook of Shopify's Admin API (REST form, 2026-10), of one line."""
    at = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    line = {"id": f"{order_id}1", "sku": sku, "quantity": quantity, "current_quantity": quantity}
    body = orjson.dumps(
        {"id": order_id, "created_at": at, "updated_at": at, "cancelled_at": None, "line_items": [line], "refunds": []}
    )
    digest = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": "orders/create",
        "x-shopify-hmac-sha256": digest,
        "x-shopify-webhook-id": f"sample-{order_id}-{now:.3f}",
    }
    return Sample("/webhook/shopify", headers, body)


def amazon_return(secret: str, sku: str, quantity: int, disposition: str, return_id: str) -> Sample:
    """A return as `POST /webhook/amazon/return` takes it."""
    body = orjson.dumps({"sku": sku, "quantity": quantity, "disposition": disposition, "returnOrderId": return_id})
    headers = {"content-type": "application/json", "authorization": f"Bearer {secret}"}
    return Sample("/webhook/amazon/return", headers, body)


async def post(url: str, sample: Sample) -> Answer:
    """The server's answer; Unavailable when nobody answers at `url`."""
    try:
        async with httpx2.AsyncClient(timeout=10.0) as client:
            answer = await client.post(url.rstrip("/") + sample.path, headers=sample.headers, content=sample.body)
    except httpx2.HTTPError as error:
        raise Unavailable(f"nobody answers at {url}; is `syncstate serve` running?") from error
    return Answer(answer.status_code, answer.text)
