"""What must be true in the end, said again from scratch: it shares no line with the product's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from playground.shopify.orders import Order, RestockType
from tests.faults.mail import Return

_GOOD = "SELLABLE"
NOTHING: Mapping[str, Mapping[str, int]] = {}


def on_hand(
    opening: Mapping[str, int],
    orders: Iterable[Order],
    returns: Iterable[Return] = (),
    made_of: Mapping[str, Mapping[str, int]] = NOTHING,
) -> dict[str, int]:
    """The units of each SKU: what there was, less what buyers still have or lost, and what came back unharmed.

    `made_of`: the parts of a bundle, with their units in one of it.
    """
    units = _moved(opening, orders, returns)
    for bundle, parts in made_of.items():
        for part, each in parts.items():
            units[part] += units[bundle] * each
    return {sku: units[sku] for sku in opening}


def _moved(opening: Mapping[str, int], orders: Iterable[Order], returns: Iterable[Return]) -> Counter[str]:
    units = Counter(opening)
    for order in orders:
        for line in order.lines:
            units[line.sku] -= line.current_quantity
        skus = {line.id: line.sku for line in order.lines}
        for refund in order.refunds:
            for taken in refund.lines:
                if taken.restock_type is RestockType.NO_RESTOCK:
                    units[skus[taken.line_id]] -= taken.quantity
    for each in returns:
        if each.disposition == _GOOD:
            units[each.sku] += each.quantity
    return units


def wrong(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """The SKUs whose numbers differ, in words."""
    return [f"{sku}: {found.get(sku)} instead of {units}" for sku, units in expected.items() if found.get(sku) != units]
