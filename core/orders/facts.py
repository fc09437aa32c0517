"""What a marketplace's message says about one order, in our words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line as one snapshot of its order shows it: `removed` units left it by an edit that no refund explains.

    `extra`: by so many units more than the line holds has the channel lowered its own listing for it (below 0: fewer).
    """

    line_id: str
    sku: str
    quantity: int
    removed: int = 0
    extra: int = 0


@dataclass(frozen=True, slots=True)
class RefundFact:
    """Units of one line that one refund covers, put back on the shelf (`restocked`) or not; `at` epoch s or None."""

    refund_id: str
    line_id: str
    sku: str
    quantity: int
    restocked: bool
    at: float | None


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that can never be applied, and why, in plain words."""

    line_id: str
    sku: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What one message says about an order. Times are epoch seconds; a message without a snapshot has no `lines`.

    `whole`: a line that the snapshot does not name has left the order. Elsewhere such a line is just not spoken of.
    """

    channel: str
    order_id: str
    action: str
    created_at: float | None = None
    updated_at: float = 0.0
    cancelled_at: float | None = None
    lines: tuple[LineFact, ...] = ()
    refunds: tuple[RefundFact, ...] = ()
    refused: tuple[RefusedLine, ...] = ()
    whole: bool = False
