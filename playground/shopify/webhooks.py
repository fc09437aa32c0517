"""Webhook subscriptions, and the signed deliveries they cause."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import orjson

from playground.ids import Ids
from playground.outbox import Delivery, Outbox
from playground.times import utc

API_VERSION = "2026-10"


class Topic(StrEnum):
    """The topics that the stand-in sends."""

    ORDERS_CREATE = "orders/create"
    ORDERS_UPDATED = "orders/updated"
    ORDERS_EDITED = "orders/edited"
    ORDERS_CANCELLED = "orders/cancelled"
    ORDERS_DELETE = "orders/delete"
    REFUNDS_CREATE = "refunds/create"
    FULFILLMENTS_CREATE = "fulfillments/create"
    INVENTORY_LEVELS_UPDATE = "inventory_levels/update"
    RETURNS_REQUEST = "returns/request"
    RETURNS_APPROVE = "returns/approve"
    RETURNS_CLOSE = "returns/close"
    REVERSE_FULFILLMENT_ORDERS_DISPOSE = "reverse_fulfillment_orders/dispose"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where one topic goes; `by_api` when it was made through the Admin API, not by the app's config."""

    id: int
    topic: str
    uri: str
    created_at: float
    by_api: bool

    @property
    def topic_name(self) -> str:
        """Return the topic as GraphQL spells it: `ORDERS_CREATE`."""
        return self.topic.upper().replace("/", "_")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who signs, and what the headers say of the shop."""

    domain: str
    secret: str


def sign(secret: str, body: bytes) -> str:
    """Return base64(HMAC-SHA256(body, secret)), as X-Shopify-Hmac-SHA256 carries it."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


class Webhooks:
    """The shop's subscriptions; `send` queues one delivery for each that fits."""

    def __init__(self, sender: Sender, outbox: Outbox, clock: Callable[[], float], ids: Ids) -> None:
        self.sender = sender
        self._outbox = outbox
        self._clock = clock
        self._ids = ids
        self.subscriptions: dict[int, Subscription] = {}

    def subscribe(self, topic: str, uri: str, *, by_api: bool) -> Subscription:
        """Add a subscription for one topic."""
        made = Subscription(self._ids.number(), topic, uri, self._clock(), by_api)
        self.subscriptions[made.id] = made
        return made

    def send(self, topic: Topic, payload: object, event_id: str) -> None:
        """Queue `payload` for every subscription of `topic`; topics of one event share its id."""
        body = orjson.dumps(payload)
        for subscription in self.subscriptions.values():
            if subscription.topic == topic:
                self._outbox.put(self._delivery(subscription, body, event_id))

    def drop(self, delivery: Delivery) -> None:
        """Delete the API-made subscriptions that a failed delivery came from; config keeps its own."""
        for subscription in list(self.subscriptions.values()):
            target = (subscription.topic, subscription.uri)
            if subscription.by_api and target == (delivery.topic, delivery.url):
                del self.subscriptions[subscription.id]

    def _delivery(self, subscription: Subscription, body: bytes, event_id: str) -> Delivery:
        webhook_id = self._ids.uuid()
        at = self._clock()
        headers = self._headers(subscription, body, at)
        headers |= {
            "X-Shopify-Webhook-Id": webhook_id,
            "X-Shopify-Event-Id": event_id,
        }
        return Delivery(webhook_id, subscription.topic, subscription.uri, headers, body, at)

    def _headers(self, subscription: Subscription, body: bytes, at: float) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": subscription.topic,
            "X-Shopify-Hmac-SHA256": sign(self.sender.secret, body),
            "X-Shopify-Shop-Domain": self.sender.domain,
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Triggered-At": utc(at, "microseconds"),
        }
