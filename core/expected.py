"""What a listing should show by all we know, and so what is to be done about it; pure.

A marketplace lowers its own listing when it sells and raises it when it restocks. So what a listing shows is what it
was told, less the units of its own orders since: those we have seen (`Level.own`), those that it had sold before it was
told (`Told.ahead`), and those that are still on their way to us, which only a look at the listing can show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from core.stock import Level, Push, Told

PATIENCE = 600.0
ASK_AGAIN = 3_600.0
PAUSED = "paused"
WAITING = "it shows fewer than expected: an order of its own is on its way"
_SKEW = 2.0  # the time of an order is by the clock of its marketplace, in whole seconds


class Step(StrEnum):
    """What is to be done for one SKU on one channel."""

    REST = "rest"
    NOTE = "note"
    HOLD = "hold"
    WAIT = "wait"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Outlook:
    """One SKU on one channel at `now` (epoch s): `wanted` is what its listing should come to show.

    `held` says why nothing may be sent ("": it may). `again`: what the channel said it does not list is asked anew.
    """

    level: Level
    channel: str
    wanted: int
    now: float
    held: str = ""
    again: bool = False

    @property
    def told(self) -> Told | None:
        """The last word."""
        return self.level.told.get(self.channel)

    @property
    def own(self) -> int:
        """The units of the channel's own orders since the last word."""
        return self.level.own.get(self.channel, 0)

    @property
    def book(self) -> int | None:
        """What the listing shows by our book; None where it was never told."""
        return expected(self.level, self.channel)

    @property
    def is_low(self) -> bool:
        """Whether it was found to show fewer than the book says, and no order has explained it yet."""
        told, book = self.told, self.book
        return told is not None and told.low is not None and book is not None and book > told.low

    @property
    def is_overdue(self) -> bool:
        """Whether 10 minutes have not explained it."""
        return self.is_low and self.told is not None and self.now - self.told.low_since >= PATIENCE

    @property
    def is_sure(self) -> bool:
        """Whether the own orders in the book are surely younger than the last word."""
        told = self.told
        if told is None or not told.blind or not self.own:
            return True
        made = self.level.made.get(self.channel, 0.0)
        return self.level.stock.version == told.version + 1 and made > told.at + _SKEW


def expected(level: Level, channel: str) -> int | None:
    """What the channel's listing shows by all we know, below 0 where it sold too much; None where it was never told."""
    told = level.told.get(channel)
    if told is None or told.quantity is None:
        return None
    return told.quantity + told.ahead - level.own.get(channel, 0)


def next_step(view: Outlook) -> Step:
    """What is to be done now."""
    told = view.told
    if not view.level.stock.managed or (told is not None and _is_left_alone(view, told)):
        return Step.REST
    if told is not None and view.book is not None and _shows_it(view, told):
        return Step.REST if _is_settled(view, told) else Step.NOTE
    if view.held:
        return Step.REST if told is not None and _is_held(view, told) else Step.HOLD
    if view.is_low and told is not None and told.low is not None and view.wanted >= told.low:
        if view.wanted == told.low:
            return Step.NOTE
        return Step.SEND if view.is_overdue else Step.WAIT
    return Step.SEND


def is_right(wanted: int, shown: int) -> bool:
    """Whether a listing that shows so many sells what it should: fewer than none is none."""
    return wanted == shown or (wanted == 0 and shown < 0)


def drifted(view: Outlook, found: int | None) -> bool:
    """Whether what the listing showed right before it was put right can only be somebody's edit there."""
    told, book = view.told, view.book
    if told is None or book is None:
        return False
    if view.is_overdue and view.is_sure and (found is None or found < book):
        return found != view.wanted or told.low == view.wanted
    if found is None or found <= book or found == view.wanted or found in told.tried:
        return False
    return view.is_sure or told.quantity is None or found > max(book, told.quantity)


def noted(view: Outlook) -> Told:
    """The last word once it is seen that the listing shows what it should, without anything being sent."""
    told, version = view.told, view.level.stock.version
    at, blind = (told.at, told.blind) if told else (view.now, True)
    if view.is_overdue:
        return Told(view.wanted, version, at, Push.CONFIRMED, blind=True)
    if view.is_low:
        # Whatever it sold before this moment and we have not heard of is in what it shows already.
        return Told(view.wanted, version, view.now, Push.CONFIRMED, blind=True)
    return Told(view.wanted, version, at, Push.CONFIRMED, blind=blind, ahead=min(0, (view.book or 0) - view.wanted))


def confirmed(view: Outlook, found: int | None) -> Told:
    """The last word after the channel took it; `found` is what it showed right before (None: it cannot say)."""
    told, book, version = view.told, view.book, view.level.stock.version
    if told is None or book is None or found is None or found > book or view.is_overdue:
        return Told(view.wanted, version, view.now, Push.CONFIRMED, blind=True)
    if found == view.wanted != book or found in told.tried:
        return Told(view.wanted, version, view.now, Push.CONFIRMED, blind=True)
    # An order from before the last word that is still on its way to us does not show in what was found.
    blind = not view.is_sure or (told.blind and view.now - told.at < PATIENCE)
    if found == book:
        return Told(view.wanted, version, view.now, Push.CONFIRMED, blind=blind)
    since = told.low_since if view.is_low else view.now
    return Told(
        quantity=view.wanted,
        version=version,
        at=view.now,
        status=Push.OWED,
        error=WAITING,
        owed_since=told.owed_since or view.now,
        blind=blind,
        ahead=book - found + view.own,  # its own sales are only spent with a confirmed word
        low=view.wanted,
        low_since=since,
    )


def failed(view: Outlook, status: Push, error: str, *, lost: bool = False) -> Told:
    """The last word as it stands while the channel has not taken the new one; `lost`: perhaps it has."""
    told = view.told or Told(None, 0, 0.0, status)
    tried = tuple(dict.fromkeys((*told.tried, view.wanted)))[-3:] if lost else told.tried
    return Told(
        quantity=told.quantity,
        version=told.version,
        at=view.now if status is Push.UNLISTED else told.at,
        status=status,
        error=error,
        owed_since=0.0 if status is Push.UNLISTED else told.owed_since or view.now,
        blind=told.blind,
        ahead=told.ahead,
        low=told.low,
        low_since=told.low_since,
        tried=tried,
    )


def waiting(view: Outlook, found: int) -> Told:
    """The last word while the listing shows fewer than expected, and is not raised."""
    since = view.told.low_since if view.told and view.is_low else view.now
    return replace(failed(view, Push.OWED, WAITING), low=found, low_since=since)


def held(view: Outlook) -> Told:
    """The last word while nothing may be sent."""
    return failed(view, Push.OWED, view.held)


def _is_left_alone(view: Outlook, told: Told) -> bool:
    return told.status is Push.UNLISTED and not view.again and view.now - told.at < ASK_AGAIN


def _shows_it(view: Outlook, told: Told) -> bool:
    """Whether the listing shows what it should by the book, and the book is to be trusted."""
    trusted = told.status in (Push.CONFIRMED, Push.OWED) and not told.tried and view.is_sure and not view.is_low
    return trusted and view.book is not None and is_right(view.wanted, view.book)


def _is_settled(view: Outlook, told: Told) -> bool:
    return told.status is Push.CONFIRMED and not view.own and told.low is None


def _is_held(view: Outlook, told: Told) -> bool:
    return told.status is Push.OWED and told.error == view.held
