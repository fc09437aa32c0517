"""Orders and what happens to them, as pure steps from one order to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from playground.errors import RefusedError


class RestockType(StrEnum):
    """What a refund line does with the goods, in the spelling of webhooks."""

    CANCEL = "cancel"
    RETURN = "return"
    NO_RESTOCK = "no_restock"
    LEGACY_RESTOCK = "legacy_restock"

    @property
    def restocks(self) -> bool:
        """True when the units can be sold again."""
        return self is not RestockType.NO_RESTOCK


@dataclass(frozen=True, slots=True)
class Line:
    """A line: `quantity` was ordered, `current_quantity` is neither refunded nor removed."""

    id: int
    item_id: int
    variant_id: int
    product_id: int
    sku: str
    title: str
    price: str
    quantity: int
    current_quantity: int
    fulfillable_quantity: int

    @property
    def is_custom(self) -> bool:
        """True for a tip or a custom item: it is of no variant, and nothing of it is stocked."""
        return not self.variant_id

    @property
    def fulfilled_quantity(self) -> int:
        """Units that left the shelf and are still with the buyer."""
        return self.current_quantity - self.fulfillable_quantity


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Units of one line taken back; `from_shelf` of them had not been fulfilled."""

    id: int
    line_id: int
    quantity: int
    restock_type: RestockType
    from_shelf: int


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund of one or more lines."""

    id: int
    created_at: float
    lines: tuple[RefundLine, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop knows it; it holds nothing about its buyer."""

    id: int
    number: int
    created_at: float
    updated_at: float
    lines: tuple[Line, ...]
    refunds: tuple[Refund, ...] = field(default=())
    cancelled_at: float | None = None
    cancel_reason: str | None = None

    def line(self, line_id: int) -> Line:
        """Return the line; refuse an id that is not of this order."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise RefusedError(f"order #{self.number} has no line {line_id}")


def plan_refund_line(line: Line, refund_line_id: int, quantity: int, restock_type: RestockType) -> RefundLine:
    """Say which units a refund takes; refuse more than the line still has.

    `return` takes fulfilled units and `cancel` unfulfilled ones; the others unfulfilled ones first.
    """
    match restock_type:
        case RestockType.CANCEL:
            limit, from_shelf = line.fulfillable_quantity, quantity
        case RestockType.RETURN:
            limit, from_shelf = line.fulfilled_quantity, 0
        case RestockType.NO_RESTOCK | RestockType.LEGACY_RESTOCK:
            limit = line.current_quantity
            from_shelf = min(quantity, line.fulfillable_quantity)
    if not 1 <= quantity <= limit:
        raise RefusedError(f"{quantity} of {line.sku} cannot be refunded as {restock_type}: {limit} can")
    return RefundLine(refund_line_id, line.id, quantity, restock_type, from_shelf)


def refund(order: Order, taken: Refund) -> Order:
    """Return the order with one more refund."""
    lines = order.lines
    for refund_line in taken.lines:
        lines = _with_line(
            lines,
            refund_line.line_id,
            current=-refund_line.quantity,
            fulfillable=-refund_line.from_shelf,
        )
    return replace(
        order,
        lines=lines,
        refunds=(*order.refunds, taken),
        updated_at=taken.created_at,
    )


def cancel(order: Order, reason: str, at: float) -> Order:
    """Return the order cancelled; refuse one that is cancelled or has been shipped in part."""
    if order.cancelled_at is not None:
        raise RefusedError(f"order #{order.number} is cancelled already")
    if any(line.fulfilled_quantity for line in order.lines):
        raise RefusedError(f"order #{order.number} has been shipped")
    return replace(order, cancelled_at=at, cancel_reason=reason, updated_at=at)


def edit(order: Order, line_id: int, quantity: int, at: float) -> Order:
    """Return the order with `quantity` units current on the line.

    Removed units leave `quantity` as it was; added units raise it too. Shipped ones cannot be removed.
    """
    line = order.line(line_id)
    delta = quantity - line.current_quantity
    if order.cancelled_at is not None or quantity < line.fulfilled_quantity:
        raise RefusedError(f"order #{order.number} cannot be edited to {quantity}")
    lines = _with_line(
        order.lines,
        line_id,
        quantity=max(0, delta),
        current=delta,
        fulfillable=delta,
    )
    return replace(order, lines=lines, updated_at=at)


def fulfil(order: Order, units: Sequence[tuple[int, int]], at: float) -> Order:
    """Return the order with the given (line id, quantity) shipped; refuse more than is open."""
    lines = order.lines
    for line_id, quantity in units:
        if not 1 <= quantity <= order.line(line_id).fulfillable_quantity:
            raise RefusedError(f"line {line_id} has no {quantity} units to ship")
        lines = _with_line(lines, line_id, fulfillable=-quantity)
    return replace(order, lines=lines, updated_at=at)


def _with_line(
    lines: tuple[Line, ...],
    line_id: int,
    *,
    quantity: int = 0,
    current: int = 0,
    fulfillable: int = 0,
) -> tuple[Line, ...]:
    return tuple(
        replace(
            line,
            quantity=line.quantity + quantity,
            current_quantity=line.current_quantity + current,
            fulfillable_quantity=line.fulfillable_quantity + fulfillable,
        )
        if line.id == line_id
        else line
        for line in lines
    )
