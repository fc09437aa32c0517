"""Amazon orders and their statuses, as pure steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from playground.errors import RefusedError


class FulfilledBy(StrEnum):
    """Who ships: the seller (merchant) or Amazon."""

    MFN = "MFN"
    AFN = "AFN"


class Status(StrEnum):
    """The order statuses of ORDER_CHANGE that the stand-in goes through."""

    PENDING = "Pending"
    UNSHIPPED = "Unshipped"
    PARTIALLY_SHIPPED = "PartiallyShipped"
    SHIPPED = "Shipped"
    CANCELED = "Canceled"


@dataclass(frozen=True, slots=True)
class Item:
    """One order item."""

    id: str
    sku: str
    quantity: int
    shipped: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order, without its buyer."""

    id: str
    purchased_at: float
    fulfilled_by: FulfilledBy
    items: tuple[Item, ...]
    status: Status = Status.PENDING
    cancel_requested: bool = False


def confirm(order: Order) -> Order:
    """Return a pending order as unshipped: its payment went through."""
    _require(order, Status.PENDING)
    return replace(order, status=Status.UNSHIPPED)


def cancel(order: Order) -> Order:
    """Return an order that nothing was shipped of as canceled."""
    _require(order, Status.PENDING, Status.UNSHIPPED)
    return replace(order, status=Status.CANCELED)


def request_cancel(order: Order) -> Order:
    """Return an unshipped order whose buyer asked to cancel it; the status stays."""
    _require(order, Status.UNSHIPPED)
    return replace(order, cancel_requested=True)


def ship(order: Order, units: Mapping[str, int]) -> Order:
    """Return the order with units of each item id shipped; refuse more than is open."""
    _require(order, Status.UNSHIPPED, Status.PARTIALLY_SHIPPED)
    items = tuple(replace(item, shipped=item.shipped + units.get(item.id, 0)) for item in order.items)
    if any(not 0 <= item.shipped <= item.quantity for item in items) or items == order.items:
        raise RefusedError(f"order {order.id} has not that much to ship")
    done = all(item.shipped == item.quantity for item in items)
    return replace(order, items=items, status=Status.SHIPPED if done else Status.PARTIALLY_SHIPPED)


def _require(order: Order, *statuses: Status) -> None:
    if order.status not in statuses:
        raise RefusedError(f"order {order.id} is {order.status}")
