"""What each webhook topic says; source: WooCommerce's webhooks as 11.0.1 sends them.

A delivery's id is no identity: two different states within one second carry the same one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.marketplaces.bodies import read_id, read_object, read_text, read_time, refuse
from core.marketplaces.woocommerce.access import CHANNEL
from core.marketplaces.woocommerce.api import Node
from core.marketplaces.woocommerce.orders import needs_refunds, read_order
from core.marketplaces.woocommerce.products import read_product
from core.messages import Ignored, Message, Refetch, Refused, Shown

SIGNATURE = "x-wc-webhook-signature"
TOPIC = "x-wc-webhook-topic"
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Posted:
    """One webhook: its raw body and that as an object, and when it came (epoch s)."""

    body: bytes
    data: Node
    now: float

    def refuse(self, reason: str) -> Refused:
        """This webhook as one that can never be applied."""
        return refuse(CHANNEL, self.body, reason)


def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether this is what the shop sends when a webhook is made: unsigned, without a topic, and of no effect."""
    return SIGNATURE not in headers and TOPIC not in headers and _PING.fullmatch(body) is not None


def read_webhook(headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
    """What the webhook says; BadPayload unless it is a JSON object."""
    if is_ping(headers, body):
        return [Ignored("the shop has made the webhook")]
    topic = read_text(headers.get(TOPIC), 100)
    handler = _TOPICS.get(topic)
    posted = Posted(body, read_object(body), now)
    return [handler(posted)] if handler else [Ignored(f"the topic {topic or 'without a name'} moves no stock")]


def _order(action: str) -> Callable[[Posted], Message]:
    def read(posted: Posted) -> Message:
        order_id = read_id(posted.data.get("id"))
        if not order_id:
            return posted.refuse("it is not an order: it has no id")
        if not isinstance(posted.data.get("line_items"), list) or needs_refunds(posted.data):
            return Refetch(order_id)
        return read_order(posted.data, action)

    return read


def _deleted(posted: Posted) -> Message:
    """An order went to the trash; of one that is gone for good nobody can say whether its goods were sent."""
    order_id = read_id(posted.data.get("id"))
    return Refetch(order_id) if order_id else posted.refuse("it does not say which order was deleted")


def _product(posted: Posted) -> Message:
    item = read_product(posted.data)
    if item is None:
        return posted.refuse("it is not a product: it has no id")
    if not item.sku:
        return Ignored("the product has no SKU")
    if item.quantity is None:
        return Ignored(item.trouble)
    at = read_time(posted.data.get("date_modified_gmt"))
    return Shown(item.listing, item.sku, item.quantity, posted.now if at is None else at)


_TOPICS: Mapping[str, Callable[[Posted], Message]] = {
    "order.created": _order("order"),
    "order.updated": _order("order_update"),
    "order.restored": _order("order_update"),
    "order.deleted": _deleted,
    "product.updated": _product,
}
