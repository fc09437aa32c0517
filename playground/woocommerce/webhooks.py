"""Webhooks: signed deliveries, each made once, and what becomes of a webhook whose deliveries fail."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import md5

import orjson

from playground.outbox import Delivery, Outbox

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored", "product.updated")
_MOST_FAILURES = 5


@dataclass(slots=True)
class Hook:
    """One webhook; `failures` counts those in a row."""

    id: int
    topic: str
    url: str
    secret: str
    status: str = "active"
    failures: int = 0


def sign(secret: str, body: bytes) -> str:
    """The value of X-WC-Webhook-Signature."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


class Webhooks:
    """The webhooks of one shop."""

    def __init__(self, address: str, outbox: Outbox, clock: Callable[[], float]) -> None:
        self.hooks: dict[int, Hook] = {}
        self._address = address
        self._outbox = outbox
        self._clock = clock
        self._made = 0

    def add(self, topic: str, url: str, secret: str, status: str = "active", *, ping: bool = True) -> Hook:
        """Make a webhook; its address is sent an unsigned form with its id."""
        self._made += 1
        hook = self.hooks[self._made] = Hook(self._made, topic, url, secret, status)
        if ping:
            body, headers = f"webhook_id={hook.id}".encode(), {"Content-Type": "application/x-www-form-urlencoded"}
            self._outbox.put(Delivery("", "ping", url, headers, body, self._clock()))
        return hook

    def send(self, topic: str, payload: Mapping[str, object]) -> None:
        """Queue the payload for every active webhook of the topic."""
        body = orjson.dumps(payload)
        for hook in self.hooks.values():
            if hook.topic == topic and hook.status == "active":
                self._outbox.put(self._delivery(hook, body))

    def arrived(self, delivery: Delivery) -> None:
        """A delivery was accepted: its webhook starts to count its failures anew."""
        hook = self._hook_of(delivery)
        if hook is not None:
            hook.failures = 0

    def failed(self, delivery: Delivery) -> None:
        """A delivery was not accepted; it is lost, and with the seventh in a row its webhook is disabled."""
        hook = self._hook_of(delivery)
        if hook is not None:
            if hook.failures > _MOST_FAILURES:
                hook.status = "disabled"
            hook.failures += 1

    def _hook_of(self, delivery: Delivery) -> Hook | None:
        return self.hooks.get(int(delivery.headers.get("X-WC-Webhook-ID", "0")))

    def _delivery(self, hook: Hook, body: bytes) -> Delivery:
        now = self._clock()
        # Not unique: a webhook's deliveries within one second share it.
        delivery_id = md5(f"{hook.id}{int(now)}".encode(), usedforsecurity=False).hexdigest()
        resource, _, event = hook.topic.partition(".")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "WooCommerce Hookshot",
            "X-WC-Webhook-Source": self._address,
            "X-WC-Webhook-Topic": hook.topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": sign(hook.secret, body),
            "X-WC-Webhook-ID": str(hook.id),
            "X-WC-Webhook-Delivery-ID": delivery_id,
        }
        return Delivery(delivery_id, hook.topic, hook.url, headers, body, now)
