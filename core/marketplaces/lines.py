"""One line of an order as a channel states it: a fact, or why it can never be applied."""

from __future__ import annotations

from core.errors import BadInput
from core.orders.facts import LineFact, RefusedLine
from core.stock import MAX_QUANTITY, check_sku, check_whole

_MISSING = "is missing"


def read_line(line_id: str, sku: object, quantity: object, *, least: int = 1) -> LineFact | RefusedLine:
    """The line with its SKU and `least` to 1,000,000 units; else a refusal that says what is wrong with it."""
    try:
        known = check_sku(sku)
    except BadInput as error:
        return RefusedLine(line_id, "", "it has no SKU" if error.reason == _MISSING else f"its SKU {error.reason}")
    try:
        return LineFact(line_id, known, check_whole(quantity, "quantity", least, MAX_QUANTITY))
    except BadInput as error:
        return RefusedLine(line_id, known, f"its quantity {error.reason}")
