"""What a channel's listings show against what they should, and why they differ; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import orjson

from core.changes import Entry
from core.expected import Outlook, Step, is_right, next_step
from core.listings import listed
from core.rules import Rule
from core.stock import Push, Stock

MOST_KEPT = 20


class Cause(StrEnum):
    """Why a listing does not show what it should."""

    EDITED = "edited"
    LOST = "push_lost"
    UNSEEN = "order_unseen"
    HELD = "held"
    UNTOLD = "never_told"
    GONE = "listing_gone"


WORDS: Mapping[Cause, str] = {
    Cause.EDITED: "edited there",
    Cause.LOST: "our push was lost",
    Cause.UNSEEN: "an order is not seen yet",
    Cause.HELD: "held back by a pause or dry run",
    Cause.UNTOLD: "never told before",
    Cause.GONE: "no such listing any more",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A listing that shows `shown` (None: it is gone) where `expected` was expected and `wanted` is right."""

    sku: str
    shown: int | None
    expected: int | None
    wanted: int
    cause: Cause


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How far a reconcile is, times in epoch seconds: `ended` is 0 while it runs, `alive` when it last gave a sign.

    `by`: who asked for it ("": the clock). `looked` counts listings, `unmanaged` those of SKUs that nobody has set,
    `troubled` those that keep no count. `first` are some of the differences. `trouble`: why it was broken off ("": it
    was not).
    """

    channel: str
    started: float
    by: str = ""
    sku: str = ""
    alive: float = 0.0
    ended: float = 0.0
    looked: int = 0
    unmanaged: int = 0
    troubled: int = 0
    causes: Mapping[str, int] = field(default_factory=dict)
    first: tuple[Difference, ...] = ()
    trouble: str = ""

    @property
    def differ(self) -> int:
        """How many listings differ."""
        return sum(self.causes.values())

    def looked_at(self, listings: int, unmanaged: int, troubled: int, now: float) -> Reconciled:
        """The same with so many more looked at."""
        return replace(
            self,
            looked=self.looked + listings,
            unmanaged=self.unmanaged + unmanaged,
            troubled=self.troubled + troubled,
            alive=now,
        )

    def with_found(self, found: Sequence[Difference]) -> Reconciled:
        """The same with these differences counted, and some of them kept."""
        causes = dict(self.causes)
        for each in found:
            causes[each.cause.value] = causes.get(each.cause, 0) + 1
        return replace(self, causes=causes, first=(*self.first, *found)[:MOST_KEPT])


def dump(report: Reconciled) -> bytes:
    """The report as JSON that `load` reads back equal."""
    return orjson.dumps(report)


def load(body: bytes) -> Reconciled:
    """What `dump` wrote."""
    fields = orjson.loads(body)
    first = tuple(Difference(**{**each, "cause": Cause(each["cause"])}) for each in fields.pop("first"))
    return Reconciled(**fields, first=first)


def cause_of(view: Outlook, shown: int | None, earlier: Collection[int] = ()) -> Cause | None:
    """Why the listing, read just now with nothing on its way, shows what it should not; None where it is right.

    `shown` is None where there is no such listing. `earlier`: what it should have shown after changes of before.
    """
    told = view.told
    if not view.level.stock.managed:
        return None
    if told is None or told.quantity is None:
        refused = told is not None and told.status is Push.REFUSED
        return None if shown is None or refused or (view.held and is_right(view.wanted, shown)) else Cause.UNTOLD
    if shown is None:
        return None if told.status is Push.REFUSED or view.book == 0 == view.wanted else Cause.GONE
    if view.is_low:
        return None if is_right(view.wanted, shown) else Cause.UNSEEN
    if told.status is not Push.CONFIRMED or told.tried:
        return None if is_right(view.wanted, shown) else (Cause.HELD if view.held else Cause.LOST)
    return _against_book(view, view.book or 0, shown, earlier)


def _against_book(view: Outlook, book: int, shown: int, earlier: Collection[int]) -> Cause | None:
    if is_right(book, shown) or (book < 0 and shown <= 0):
        late = next_step(view) is Step.SEND
        return Cause.LOST if late else None
    if shown < book:
        return Cause.UNSEEN
    return Cause.LOST if shown in earlier else Cause.EDITED


def earlier_levels(stock: Stock, rule: Rule, entries: Sequence[Entry]) -> frozenset[int]:
    """What the listing should have shown before each of the SKU's last changes, the newest first."""
    found: set[int] = set()
    physical = stock.physical
    for entry in entries:
        if entry.delta:
            physical -= entry.delta
            found.add(listed(replace(stock, physical=physical), rule))
    return frozenset(found)
