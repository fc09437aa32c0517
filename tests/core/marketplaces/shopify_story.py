"""Stories of a Shopify order, drawn by Hypothesis: what happened, the webhooks it caused, what is held at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import strategies as st

BEGIN = 1_783_944_000
ORDER_ID = 9_007_199_254_740_993
RESTOCK_TYPES = ("cancel", "return", "legacy_restock", "no_restock", "something_new")

Body = dict[str, object]


@dataclass(slots=True)
class StoryLine:
    """A line as the shop keeps it; `held` and `lost` follow its goods, step by step, and know nothing of the ledger."""

    line_id: int
    sku: str
    quantity: int
    current: int
    held: int
    lost: int = 0


@dataclass(slots=True)
class Story:
    """An order's life; `restores`: an edit upwards first takes back what an edit removed."""

    lines: list[StoryLine]
    restores: bool
    at: int = BEGIN
    cancelled_at: int | None = None
    refunds: list[Body] = field(default_factory=list)
    sent: list[tuple[str, Body]] = field(default_factory=list)

    @property
    def held(self) -> int:
        """The units that the order holds, over all its lines."""
        return sum(line.held for line in self.lines)

    def tell(self, *topics: str) -> None:
        """Send the order as it is now under each topic."""
        self.sent += [(topic, self.body()) for topic in topics]

    def edit(self, line: StoryLine, delta: int) -> None:
        """Change how many units of a line are wanted."""
        delta = max(delta, -line.current)
        removed = line.quantity - line.current - self._refunded(line)
        restored = min(removed, delta) if self.restores and delta > 0 else 0
        line.quantity += max(0, delta - restored)
        line.current += delta
        line.held += delta
        self.tell("orders/updated")
        self.sent.append(("orders/edited", {"order_edit": {"id": 5, "order_id": ORDER_ID}}))

    def refund(self, line: StoryLine, units: int, kind: str) -> None:
        """Refund some units of one line, in two lines of the refund where there are enough."""
        units = min(units, line.current)
        if units:
            parts = [1, units - 1] if units > 1 else [1]
            self._refund([self._take_back(line, part, kind) for part in parts])
            self.tell("orders/updated")

    def cancel(self, kind: str) -> None:
        """Cancel the order, and refund what is left of it by `kind` ("": nothing is refunded)."""
        self.cancelled_at = self.at
        for line in self.lines:
            line.held = line.lost
        if kind:
            taken = [self._take_back(line, line.current, kind) for line in self.lines if line.current]
            if taken:
                self._refund(taken)
        self.tell("orders/cancelled", "orders/updated")

    def body(self) -> Body:
        """The order as a webhook shows it."""
        return {
            "id": ORDER_ID,
            "admin_graphql_api_id": f"gid://shopify/Order/{ORDER_ID}",
            "created_at": moment(BEGIN),
            "updated_at": moment(self.at),
            "cancelled_at": None if self.cancelled_at is None else moment(self.cancelled_at),
            "line_items": [_line_body(line) for line in self.lines],
            "refunds": list(self.refunds),
        }

    def _take_back(self, line: StoryLine, units: int, kind: str) -> Body:
        line.current -= units
        if kind in ("no_restock", "something_new"):
            line.lost += units
            line.held = line.lost if self.cancelled_at is not None else line.held
        elif self.cancelled_at is None:
            line.held -= units
        return {
            "line_item_id": line.line_id,
            "quantity": units,
            "restock_type": kind,
            "line_item": {"id": line.line_id, "sku": line.sku},
        }

    def _refund(self, lines: list[Body]) -> None:
        refund: Body = {
            "id": 700 + len(self.refunds),
            "order_id": ORDER_ID,
            "created_at": moment(self.at),
            "refund_line_items": lines,
        }
        self.refunds.append(refund)
        self.sent.append(("refunds/create", refund))

    def _refunded(self, line: StoryLine) -> int:
        parts = [part for refund in self.refunds for part in _parts(refund) if part["line_item_id"] == line.line_id]
        return sum(part["quantity"] for part in parts if isinstance(part["quantity"], int))


def moment(at: int) -> str:
    """The time as Shopify writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat()


@st.composite
def stories(draw: st.DrawFn, *, restores: bool) -> Story:
    """A story of up to 8 events; where edits never take back, several may fall into the same second."""
    quantities = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    skus = draw(st.lists(st.sampled_from(["A", "B"]), min_size=len(quantities), max_size=len(quantities)))
    lines = [StoryLine(n + 1, sku, q, q, q) for n, (sku, q) in enumerate(zip(skus, quantities, strict=True))]
    story = Story(lines, restores)
    story.tell("orders/create", "orders/updated")
    for step in draw(st.lists(_steps(), max_size=8)):
        story.at += draw(st.integers(1 if restores else 0, 2))
        if story.cancelled_at is None:
            step(story)
    return story


def _steps() -> st.SearchStrategy[Callable[[Story], None]]:
    lines, kinds = st.integers(0, 2), st.sampled_from(RESTOCK_TYPES)
    return st.one_of(
        st.builds(_edit, lines, st.integers(-6, 6).filter(bool)),
        st.builds(_refund, lines, st.integers(1, 5), kinds),
        st.builds(_cancel, st.sampled_from(("", "cancel", "no_restock"))),
        st.just(lambda story: story.tell("orders/fulfilled", "orders/updated")),
    )


def _edit(line: int, delta: int) -> Callable[[Story], None]:
    return lambda story: story.edit(story.lines[line % len(story.lines)], delta)


def _refund(line: int, units: int, kind: str) -> Callable[[Story], None]:
    return lambda story: story.refund(story.lines[line % len(story.lines)], units, kind)


def _cancel(kind: str) -> Callable[[Story], None]:
    return lambda story: story.cancel(kind)


def _line_body(line: StoryLine) -> Body:
    return {
        "id": line.line_id,
        "sku": line.sku,
        "quantity": line.quantity,
        "current_quantity": line.current,
        "fulfillable_quantity": line.current,
    }


def _parts(refund: Mapping[str, object]) -> list[Body]:
    lines = refund["refund_line_items"]
    return lines if isinstance(lines, list) else []
