"""The short form of an order, for scripts and other shops: `{"orderId"?, "items": [{"sku", "quantity"}]}`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from core.marketplaces.bodies import read_id, rows, table
from core.marketplaces.lines import read_line
from core.marketplaces.shopify.posted import CHANNEL, Posted
from core.messages import Ignored, Message
from core.orders.facts import LineFact, OrderFacts, RefusedLine


def is_short(data: Mapping[str, object]) -> bool:
    """Whether the body has the short form's shape."""
    return "items" in data and "line_items" not in data


def read_short(posted: Posted) -> Sequence[Message]:
    """The order; without an `orderId` the delivery's id names it, and without that each post is an order of its own."""
    given = posted.data.get("orderId")
    order_id = read_id(given) if given is not None else posted.webhook_id or posted.fresh_id()
    if not order_id:
        return [posted.refuse("its orderId is neither a number nor a text of up to 100 characters")]
    if not isinstance(posted.data["items"], list):
        return [posted.refuse("its items are not a list", order_id)]
    items = rows(posted.data["items"])
    if not items:
        return [Ignored("it has no items")]
    lines, refused = _read_items(items)
    return [OrderFacts(CHANNEL, order_id, "order", created_at=posted.now, lines=lines, refused=refused)]


def _read_items(items: Sequence[object]) -> tuple[tuple[LineFact, ...], tuple[RefusedLine, ...]]:
    units: Counter[str] = Counter()
    refused: list[RefusedLine] = []
    for index, item in enumerate(map(table, items)):
        read = read_line(f"item {index + 1}", item.get("sku"), item.get("quantity"))
        match read:
            case RefusedLine():
                refused.append(read)
            case LineFact():
                units[read.sku] += read.quantity
    merged = [read_line(f"sku:{sku}", sku, quantity) for sku, quantity in units.items()]
    lines = tuple(line for line in merged if isinstance(line, LineFact))
    return lines, (*refused, *(line for line in merged if isinstance(line, RefusedLine)))
