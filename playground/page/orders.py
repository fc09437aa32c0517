"""The newest order of a shop that can still be changed."""

from typing import Any

from playground.errors import RefusedError
from playground.stall import Stall


def last_order(stall: Stall) -> dict[str, Any] | None:
    """What the page says of it: its id, the name people know it by, and what is in it; None when there is none."""
    try:
        order = stall.last_order()
    except RefusedError:
        return None
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in order.items]
    return {"id": order.id, "name": order.name, "items": items}
