"""A webhook as it was posted, and what Shopify calls things in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.marketplaces.bodies import read_id, refuse
from core.messages import Refused

CHANNEL = "shopify"
ITEM = "gid://shopify/InventoryItem/"
_ORDER_PART = re.compile(r"gid://shopify/(Return|ReverseFulfillmentOrder)/[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Posted:
    """One webhook: its raw body and that as an object, its topic ("" for none), and when it came (epoch s).

    `webhook_id` is the delivery's id or ""; `location_id` the one location we keep stock for ("": any).
    """

    body: bytes
    data: Mapping[str, object]
    topic: str
    now: float
    webhook_id: str
    location_id: str
    fresh_id: Callable[[], str]

    def refuse(self, reason: str, order_id: str = "") -> Refused:
        """This webhook as one that can never be applied."""
        return refuse(CHANNEL, self.body, reason, order_id=order_id)


def header(headers: Mapping[str, str], name: str) -> str:
    """One of Shopify's headers, or "": `X-Shopify-Topic`, or `Shopify-Topic` in the next generation of webhooks."""
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}", "")


def own_id(row: Mapping[str, object]) -> str:
    """The id of an object as text, or "": from its global id where there is one, for a plain one may come rounded."""
    return tail(row.get("admin_graphql_api_id")) or read_id(row.get("id"))


def tail(global_id: object) -> str:
    """The last part of `gid://shopify/Order/1`, or ""."""
    if not isinstance(global_id, str) or not global_id.startswith("gid://"):
        return ""
    return read_id(global_id.partition("?")[0].rpartition("/")[2])


def is_order_part(value: object) -> bool:
    """Whether this is the global id of a return, or of the goods that come back with one."""
    return isinstance(value, str) and _ORDER_PART.fullmatch(value) is not None
