"""Stories of an order, drawn by Hypothesis: its snapshots and refunds, and who holds its units at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from core.orders.facts import LineFact, OrderFacts, RefundFact

BEGIN = 1_795_000_000


@dataclass(slots=True)
class StoryLine:
    """A line as it really is: `held` units are away from the shelf, `lost` of them for good."""

    line_id: str
    sku: str
    quantity: int
    current: int
    held: int
    lost: int = 0


@dataclass(slots=True)
class Story:
    """What happened to one order, two seconds after another; `held_at` is who held what after each second."""

    lines: list[StoryLine]
    at: int = BEGIN
    cancelled_at: int | None = None
    refunds: list[RefundFact] = field(default_factory=list)
    snapshots: list[OrderFacts] = field(default_factory=list)
    extra: list[OrderFacts] = field(default_factory=list)
    held_at: dict[int, Counter[str]] = field(default_factory=dict)

    @property
    def held(self) -> Counter[str]:
        """The units that each SKU misses now."""
        units: Counter[str] = Counter()
        for line in self.lines:
            units[line.sku] += line.held
        return units

    def held_before(self, at: float) -> Counter[str]:
        """The units that each SKU missed at that time."""
        times = [time for time in self.held_at if time < at]
        return self.held_at[max(times)] if times else Counter()

    def tell(self, action: str = "order_update") -> None:
        """Let the order be seen as it is now."""
        refunded: Counter[str] = Counter()
        for refund in self.refunds:
            refunded[refund.line_id] += refund.quantity
        lines = tuple(
            LineFact(line.line_id, line.sku, line.quantity, line.quantity - line.current - refunded[line.line_id])
            for line in self.lines
        )
        cancelled = None if self.cancelled_at is None else float(self.cancelled_at)
        facts = OrderFacts("shopify", "7", action, BEGIN, self.at, cancelled, lines, tuple(self.refunds))
        self.snapshots.append(facts)
        self.held_at[self.at] = self.held

    def remove(self, line: StoryLine, units: int) -> None:
        """An edit takes units off the line; nothing is refunded."""
        units = min(units, line.current)
        line.current -= units
        line.held -= units
        self.tell()

    def refund(self, line: StoryLine, units: int, *, restocked: bool) -> None:
        """Units come back, to the shelf or not."""
        units = min(units, line.current)
        if not units:
            return
        line.current -= units
        line.held -= units if restocked else 0
        line.lost += 0 if restocked else units
        fact = RefundFact(f"r{len(self.refunds)}", line.line_id, line.sku, units, restocked, float(self.at))
        self.refunds.append(fact)
        self.extra.append(OrderFacts("shopify", "7", "refund", refunds=(fact,)))
        self.tell()

    def cancel(self) -> None:
        """All goes back to the shelf but what was lost."""
        self.cancelled_at = self.at
        for line in self.lines:
            line.held = line.lost
        self.tell("cancel")

    def delete(self) -> None:
        """A cancelled order is deleted; all that is said of it is its id."""
        if self.cancelled_at is not None:
            self.extra.append(OrderFacts("shopify", "7", "delete", cancelled_at=float(self.at)))

    @property
    def must(self) -> list[OrderFacts]:
        """What has to arrive for the ledger to know the end: the newest snapshot and every refund."""
        return [self.snapshots[-1], *(facts for facts in self.extra if facts.action == "refund")]

    @property
    def all(self) -> list[OrderFacts]:
        """Every message there is."""
        return self.snapshots + self.extra


Event = Callable[[Story], None]


def _line(story: Story, number: int) -> StoryLine:
    return story.lines[number % len(story.lines)]


def _remove(number: int, units: int) -> Event:
    return lambda story: story.remove(_line(story, number), units)


def _refund(number: int, units: int, restocked: bool) -> Event:
    return lambda story: story.refund(_line(story, number), units, restocked=restocked)


def _events(*, edits: bool) -> st.SearchStrategy[Event]:
    lines, units = st.integers(0, 3), st.integers(1, 4)
    refunds = st.builds(_refund, lines, units, st.booleans())
    told: Event = Story.tell
    steps = [refunds, refunds, st.just(Story.cancel), st.just(told)]
    return st.one_of(*steps, *([st.builds(_remove, lines, units)] if edits else []))


@st.composite
def stories(draw: st.DrawFn, *, edits: bool = True) -> Story:
    """An order of 1 to 4 lines over 3 SKUs and up to 7 events."""
    drawn = draw(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 9)), min_size=1, max_size=4))
    story = Story([StoryLine(f"l{n}", sku, units, units, units) for n, (sku, units) in enumerate(drawn)])
    story.tell("order")
    for event in draw(st.lists(_events(edits=edits), max_size=7)):
        story.at += 2
        if story.cancelled_at is None or draw(st.booleans()):
            _happen(story, event)
    story.delete()
    return story


def _happen(story: Story, event: Event) -> None:
    if story.cancelled_at is None:
        event(story)
    else:
        story.tell()


def deliveries(must: list[OrderFacts], may: list[OrderFacts]) -> st.SearchStrategy[list[OrderFacts]]:
    """All of `must`, any of `may`, each any number of times, in any order."""
    some = st.lists(st.sampled_from(must + may), max_size=len(must + may) + 3)
    return some.flatmap(lambda drawn: st.permutations(must + drawn))


def newer(facts: OrderFacts, seconds: float) -> OrderFacts:
    """The same, said of an order that is so much younger."""
    refunds = tuple(replace(r, at=None if r.at is None else r.at + seconds) for r in facts.refunds)
    created = None if facts.created_at is None else facts.created_at + seconds
    cancelled = None if facts.cancelled_at is None else facts.cancelled_at + seconds
    return replace(
        facts, created_at=created, updated_at=facts.updated_at + seconds, cancelled_at=cancelled, refunds=refunds
    )
