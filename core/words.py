"""What is asked of a channel for one SKU, and what its answer makes of the last word; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core import expected
from core.channels import title_of
from core.expected import Outlook, Step
from core.listings import listed
from core.ports import Pushed, Want
from core.stock import Level, Push, Told
from core.terms import Terms, paused, rule_on


@dataclass(frozen=True, slots=True)
class Word:
    """The last word on one SKU and channel: what was told, the version and own sales it was decided on.

    `drift`: what somebody's edit there is told in ("": there is none). `patient`: it may wait for other channels'.
    """

    level: Level
    told: Told
    listing: str = ""
    drift: str = ""
    patient: bool = False


def outlook(level: Level, channel: str, terms: Terms, now: float, *, again: bool = False) -> Outlook:
    """What the channel should show for this level at `now` (epoch s), on its terms."""
    wanted = listed(level.stock, rule_on(level, channel, terms))
    why = "paused" if paused(level, channel, terms) else ""
    if not why and terms.dry_run:
        why = f"dry run: {wanted} would be sent"
    return Outlook(level, channel, wanted, now, why, again)


def want_of(view: Outlook) -> Want:
    """What is asked of the channel: to show what is wanted, where it shows what we think."""
    told = view.told
    return Want(
        sku=view.level.sku,
        listing=view.level.links.get(view.channel, ""),
        quantity=view.wanted,
        expected=told.low if told is not None and view.is_low else view.book,
        key=f"{view.channel}-{view.level.sku}-{view.level.stock.version}",
        tried=told.tried if told is not None else (),
        overdue=view.is_overdue,
    )


def answered(view: Outlook, pushed: Pushed) -> Word:
    """The word after the channel's answer."""
    if pushed.ok:
        told = expected.confirmed(view, pushed.found)
        return Word(view.level, told, pushed.listing, _drift(view, pushed.found))
    if pushed.found is not None and view.book is not None and pushed.found < view.book:
        return Word(view.level, expected.waiting(view, pushed.found), pushed.listing)
    error = pushed.error or "it gave no reason"
    return Word(view.level, expected.failed(view, _status(view, pushed), error, lost=pushed.lost), pushed.listing)


def heard(views: Sequence[Outlook], answers: Sequence[Pushed]) -> dict[str, Word]:
    """The words after the channel's answers; a want that none of them is for may have been done."""
    given = {answer.sku: answer for answer in answers}
    silent = Pushed("", ok=False, error="it gave no answer", lost=True)
    return {view.level.sku: answered(view, given.get(view.level.sku, silent)) for view in views}


def unsent(view: Outlook) -> Word | None:
    """The word where nothing is to be sent; where nothing is new, the same again, to stop being the channel's teller.

    None where something is to be sent, or where there never was a word.
    """
    told, level = view.told, view.level
    match expected.next_step(view):
        case Step.NOTE:
            return Word(level, expected.noted(view), drift=_drift(view, None), patient=True)
        case Step.HOLD:
            return Word(level, expected.held(view), patient=True)
        case Step.WAIT:
            low = told.low if told is not None else None
            return Word(level, expected.waiting(view, low or 0), patient=True)
        case Step.REST:
            return None if told is None else Word(level, told, patient=True)
        case Step.SEND:
            return None


def without_push(view: Outlook, left_alone: str) -> Word | None:
    """The word that can be given at once, nothing being sent; None where there is none, or where it is stored already.

    `left_alone`: why the channel as a whole is told nothing just now ("": it may be told).
    """
    step, told = expected.next_step(view), view.told
    if view.channel in view.level.claimed or step is Step.REST:
        return None
    if step in (Step.NOTE, Step.HOLD):
        return unsent(view)
    if left_alone and (told is None or told.status is not Push.OWED):
        return answered(view, Pushed(view.level.sku, ok=False, error=left_alone))
    return None


def left(view: Outlook, reason: str) -> Word | None:
    """The word of the channel's teller while the channel is told nothing, and why; None where there is none to give."""
    if view.channel in view.level.claimed:
        return None
    owed = answered(view, Pushed(view.level.sku, ok=False, error=reason))
    return owed if expected.next_step(view) is Step.SEND else unsent(view)


def _status(view: Outlook, pushed: Pushed) -> Push:
    if not pushed.final:
        return Push.OWED
    never = (view.told is None or view.told.quantity is None) and not view.level.links.get(view.channel)
    return Push.UNLISTED if pushed.unlisted and never else Push.REFUSED


def _drift(view: Outlook, found: int | None) -> str:
    if not expected.drifted(view, found):
        return ""
    told = view.told
    shown = found if found is not None or told is None else told.low
    return (
        f"{title_of(view.channel)} showed {shown} of {view.level.sku} where {view.book} were expected: somebody "
        f"edited it there. It shows {view.wanted} again."
    )
