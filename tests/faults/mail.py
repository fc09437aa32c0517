"""What marketplaces send: signed webhooks of orders and of all that happens to them, from a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import orjson

from playground.shopify import orders
from playground.shopify.orders import Line, Order, Refund, RestockType
from playground.shopify.payloads import order_json, refund_json
from playground.shopify.webhooks import sign

SHOPIFY_SECRET = "faults-shopify-secret"
AMAZON_SECRET = "faults-amazon-secret"
SHOPIFY, AMAZON_RETURN = "/webhook/shopify", "/webhook/amazon/return"


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook (or another request that changes something), the same bytes however often it is sent."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Return:
    """What came back from a buyer."""

    sku: str
    quantity: int
    disposition: str


@dataclass(slots=True)
class Mail:
    """Makes orders of `skus` from the time `since` (epoch s) on, and keeps how each of them ended."""

    rng: random.Random
    skus: Sequence[str]
    since: float
    orders: dict[int, Order] = field(default_factory=dict)
    returns: list[Return] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(7_000_000_000_000))

    def order(self, *units: tuple[str, int]) -> Order:
        """A fresh order of those SKUs, or of one to three of any."""
        chosen = units or tuple((sku, self.rng.randint(1, 3)) for sku in self.rng.sample(self.skus, self._few()))
        lines = tuple(self._line(sku, quantity) for sku, quantity in chosen)
        number = next(self._ids)
        return self._keep(Order(number, number % 100_000, self.since, self.since, lines))

    def edit(self, order: Order) -> Order:
        """The order with fewer units of its first line."""
        line = order.lines[0]
        return self._keep(orders.edit(order, line.id, self.rng.randint(0, line.current_quantity), order.updated_at + 1))

    def refund(self, order: Order, kind: RestockType | None = None) -> Order:
        """The order with one unit of a line taken back, if it has one."""
        line = next((line for line in order.lines if line.fulfillable_quantity), None)
        if line is None:
            return order
        chosen = kind or self.rng.choice((RestockType.CANCEL, RestockType.NO_RESTOCK))
        return self._keep(self._refunded(order, [(line, 1)], chosen))

    def cancel(self, order: Order) -> Order:
        """The order cancelled, and all that was left of it put back."""
        cancelled = orders.cancel(order, "customer", order.updated_at + 1)
        left = [(line, line.current_quantity) for line in cancelled.lines if line.current_quantity]
        return self._keep(self._refunded(cancelled, left, RestockType.CANCEL) if left else cancelled)

    def first(self, order: Order) -> Letter:
        """The letter that tells of a fresh order."""
        return order_letter(order, "orders/create")

    def poisoned(self, number: int) -> Letter:
        """An authentic letter that can never be applied: its one line says a quantity below zero."""
        order = order_json(Order(next(self._ids), number, self.since, self.since, (self._line(self.skus[0], 1),)), 0)
        order["line_items"][0]["quantity"] = -number - 1  # type: ignore[index] # it is a list of objects
        return signed(order, "orders/create", f"poison-{number}")

    def life(self) -> list[Letter]:
        """An order and some of what may happen to it, one letter for each: three of five are never touched again."""
        order = self.order()
        letters = [order_letter(order, "orders/create")]
        for step in self.rng.choice(_LIVES):
            order = {"edit": self.edit, "refund": self.refund, "cancel": self.cancel}[step](order)
            letters.append(order_letter(order, "orders/cancelled" if step == "cancel" else "orders/updated"))
        return letters

    def give_back(self, sku: str, quantity: int, disposition: str) -> Letter:
        """A return of Amazon's, as the seller's own systems report it."""
        self.returns.append(Return(sku, quantity, disposition))
        body = {"sku": sku, "quantity": quantity, "disposition": disposition, "returnOrderId": f"R{next(self._ids)}"}
        headers = {"content-type": "application/json", "authorization": f"Bearer {AMAZON_SECRET}"}
        return Letter(AMAZON_RETURN, headers, orjson.dumps(body))

    def _few(self) -> int:
        return min(len(self.skus), self.rng.choice((1, 1, 1, 2, 3)))

    def _line(self, sku: str, quantity: int) -> Line:
        number = next(self._ids)
        return Line(number, number, number, number, sku, "A thing", "19.90", quantity, quantity, quantity)

    def _refunded(self, order: Order, units: Sequence[tuple[Line, int]], kind: RestockType) -> Order:
        lines = tuple(orders.plan_refund_line(line, next(self._ids), quantity, kind) for line, quantity in units)
        return orders.refund(order, Refund(next(self._ids), order.updated_at + 1, lines))

    def _keep(self, order: Order) -> Order:
        self.orders[order.id] = order
        return order


_LIVES = ((), (), (), ("edit",), ("refund",), ("cancel",), ("edit", "refund"), ("refund", "cancel"))


def order_letter(order: Order, topic: str) -> Letter:
    """A webhook that carries the whole order."""
    return signed(order_json(order, 0), topic, f"{order.id}-{order.updated_at:.0f}")


def refund_letter(order: Order) -> Letter:
    """The webhook of the order's last refund alone."""
    return signed(refund_json(order, order.refunds[-1], 0), "refunds/create", f"{order.refunds[-1].id}")


def signed(payload: object, topic: str, event: str) -> Letter:
    """A webhook of Shopify's, signed."""
    body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": sign(SHOPIFY_SECRET, body),
        "x-shopify-shop-domain": "faults.myshopify.com",
        "x-shopify-webhook-id": f"webhook-{topic}-{event}",
        "x-shopify-event-id": f"event-{event}",
    }
    return Letter(SHOPIFY, headers, body)
