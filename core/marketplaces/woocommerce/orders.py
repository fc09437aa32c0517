"""What an order says, as facts; source: the `orders` resource of WooCommerce's REST API wc/v3, as 11.0.1 sends it.

A snapshot tells all there is: which lines the order has, how many units of each WooCommerce put back on its shelf
(`_restock_refunded_items`), how many it took from its own count and has not given back (`_reduced_stock`), and by
its status whether the order holds any. The newest snapshot therefore decides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from core.marketplaces.bodies import read_id, read_time
from core.marketplaces.lines import read_line
from core.marketplaces.woocommerce.access import CHANNEL
from core.marketplaces.woocommerce.api import Node, cells
from core.orders.facts import LineFact, OrderFacts, RefusedLine

FIELDS = "id,status,date_created_gmt,date_modified_gmt,date_completed_gmt,date_paid_gmt,line_items,refunds"
UNPAID = frozenset({"pending", "checkout-draft", "auto-draft", "draft", "new"})
RELEASED = frozenset({"cancelled", "failed", "trash"})
# Times are whole seconds. Of two snapshots of one second the one that was read after that second was over is the newer.
# Of two that were read within it, one that gives units back after they were paid for is; else the one that holds them
# is believed until then: nothing is sold twice.
_HOLDS, _PAID_AND_RELEASED, _SETTLED = 0.25, 0.375, 0.5
_SETTLES_AFTER = 2.0


def read_order(
    order: Node, action: str, *, refunded: Mapping[str, int] | None = None, now: float | None = None
) -> OrderFacts:
    """The facts of a whole order; `refunded` are the units of each line that refunds cover, where they matter.

    `now` is the shop's own time (epoch s) when it was read, None when that is not known.
    """
    order_id, status = read_id(order.get("id")), str(order.get("status"))
    holds = not is_released(order) and status not in UNPAID
    lines = [_read_line(index, line, refunded or {}, holds=holds) for index, line in enumerate(_goods(order))]
    return OrderFacts(
        channel=CHANNEL,
        order_id=order_id,
        action="cancel" if is_released(order) else action,
        created_at=read_time(order.get("date_created_gmt")),
        updated_at=_updated_at(order, now, holds=holds),
        lines=tuple(line for line in lines if isinstance(line, LineFact)),
        refused=tuple(line for line in lines if isinstance(line, RefusedLine)),
        whole=True,
    )


def is_released(order: Node) -> bool:
    """Whether its goods are free again; what was completed before it went to the trash has long been sent."""
    status = str(order.get("status"))
    return status in RELEASED and not (status == "trash" and order.get("date_completed_gmt"))


def needs_refunds(order: Node) -> bool:
    """Whether only its refunds say which of its units are lost: those that were refunded and not put back."""
    return is_released(order) and bool(cells(order.get("refunds")))


def read_refunded(refunds: list[Node]) -> dict[str, int]:
    """The units of each line that the refunds of an order cover."""
    found: dict[str, int] = {}
    for line in (line for refund in refunds for line in cells(refund.get("line_items"))):
        of = read_id(_meta(line, "_refunded_item_id"))
        found[of] = found.get(of, 0) + abs(_units(line.get("quantity")))
    return found


def _goods(order: Node) -> list[Node]:
    """The lines that are of a product; a line that somebody typed in has no stock."""
    return [line for line in cells(order.get("line_items")) if line.get("sku") or line.get("product_id")]


def _read_line(index: int, line: Node, refunded: Mapping[str, int], *, holds: bool) -> LineFact | RefusedLine:
    line_id = read_id(line.get("id"))
    if not line_id:
        return RefusedLine(f"line {index + 1}", "", "it has no id")
    fact = read_line(line_id, line.get("sku") or None, line.get("quantity"), least=0)
    if isinstance(fact, RefusedLine):
        return fact
    back = min(_units(_meta(line, "_restock_refunded_items")), fact.quantity)
    lost = min(max(0, refunded.get(line_id, 0) - back), fact.quantity)
    held = fact.quantity - back if holds else lost
    return replace(fact, removed=fact.quantity - held, extra=_units(_meta(line, "_reduced_stock")) - held)


def _updated_at(order: Node, now: float | None, *, holds: bool) -> float:
    at = read_time(order.get("date_modified_gmt")) or read_time(order.get("date_created_gmt")) or 0.0
    if now is not None and now - at >= _SETTLES_AFTER:
        return at + _SETTLED
    if is_released(order) and order.get("date_paid_gmt"):
        return at + _PAID_AND_RELEASED
    return at + _HOLDS if holds else at


def _meta(line: Node, key: str) -> object:
    return next((each.get("value") for each in cells(line.get("meta_data")) if each.get("key") == key), None)


def _units(value: object) -> int:
    """Whole units of a number, or of a text that is one; 0 for anything else."""
    try:
        number = float(value) if isinstance(value, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0
    return int(number) if math.isfinite(number) else 0
