"""What a marketplace's webhook or queue can say, in our words."""

from __future__ import annotations

from dataclasses import dataclass

from core.orders.facts import OrderFacts
from core.returns.change import ReturnChange


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing here moves stock; `reason` says why in plain words."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refetch:
    """An order changed, but the message does not carry its lines: fetch it."""

    order_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A listing shows `quantity` at `at` (epoch s); `listing` is the channel's own id of it, `sku` when it says so."""

    listing: str
    sku: str
    quantity: int
    at: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a listing stands in one respect (`about`) at `at` (epoch s): `problem` in plain words, "" when all is well.

    `unless_empty`: it is none while the listing should show 0.
    """

    sku: str
    about: str
    problem: str
    at: float
    unless_empty: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """An authentic message that can never be applied; `key` identifies its content, so that it is told once."""

    key: str
    reason: str
    order_id: str = ""


Message = OrderFacts | ReturnChange | Ignored | Refetch | Shown | Standing | Refused
