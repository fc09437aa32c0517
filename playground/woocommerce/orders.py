"""Orders, and what their statuses, refunds and edits do to them; nothing about the buyer."""

from dataclasses import dataclass, field, replace

from playground.errors import RefusedError

TAKES_STOCK = frozenset({"processing", "on-hold", "completed"})
PAID = frozenset({"processing", "completed"})
GIVES_BACK = frozenset({"cancelled", "pending"})
EDITABLE = frozenset({"pending", "on-hold", "auto-draft"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `reduced` units were taken from stock for it, `restocked` put back by refunds."""

    id: int
    product_id: int
    variation_id: int
    sku: str
    name: str
    quantity: int
    reduced: int = 0
    restocked: int = 0

    @property
    def goods_id(self) -> int:
        """The id of what was bought."""
        return self.variation_id or self.product_id


@dataclass(frozen=True, slots=True)
class Refund:
    """Units of lines, by line id, that one refund covers."""

    id: int
    created_at: float
    units: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop knows it; times are epoch seconds."""

    id: int
    status: str
    created_at: float
    modified_at: float
    lines: tuple[Line, ...]
    refunds: tuple[Refund, ...] = field(default=())
    completed_at: float | None = None
    paid_at: float | None = None
    took_stock: bool = False
    before_trash: str = ""

    def line(self, line_id: int) -> Line:
        """The line; RefusedError for an id that is not of this order."""
        found = next((line for line in self.lines if line.id == line_id), None)
        if found is None:
            raise RefusedError(f"order {self.id} has no line {line_id}")
        return found

    def refunded(self, line_id: int) -> int:
        """The units of a line that refunds cover so far."""
        return sum(units for refund in self.refunds for of, units in refund.units if of == line_id)

    @property
    def open_units(self) -> int:
        """The units that no refund covers."""
        return sum(line.quantity - self.refunded(line.id) for line in self.lines)


def with_line(order: Order, line: Line) -> Order:
    """The order with this line in place of the one with its id; without it when nothing is left of it."""
    lines = tuple(line if each.id == line.id else each for each in order.lines)
    return replace(order, lines=tuple(each for each in lines if each.quantity))


def moved(order: Order, status: str, now: float) -> tuple[Order, dict[int, int]]:
    """The order in another status, and the units that go back to stock (below 0: are taken) for each line.

    Stock is taken once, when the order is paid or put on hold, and given back when it is cancelled or unpaid again;
    a payment that failed gives nothing back.
    """
    units: dict[int, int] = {}
    if status in TAKES_STOCK and not order.took_stock:
        units = {line.id: -line.quantity for line in order.lines}
    elif status in GIVES_BACK and order.took_stock:
        units = {line.id: line.reduced for line in order.lines}
    took = (order.took_stock or status in TAKES_STOCK) and status not in GIVES_BACK
    done = now if status == "completed" else order.completed_at
    paid = now if order.paid_at is None and status in PAID else order.paid_at
    return replace(order, status=status, modified_at=now, took_stock=took, completed_at=done, paid_at=paid), units
