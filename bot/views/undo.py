"""The Undo button, what is said once a change was taken back, and why one is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.views.blocks import Block, Content, button, context, section
from bot.views.figures import ago, count, moment
from bot.views.returns import about, undo_verdict
from bot.views.sku import pack, unpack
from bot.views.stock import sum_of
from bot.views.text import code, escape, name, quoted
from core.deeds import Deed
from core.errors import CannotUndo, Hindrance
from core.returns.case import Case
from core.stock import Stock

UNDO = "stock_undo"
_MOST = 5
_UNSET = "Nobody has set its stock any more, so channels keep what they were last told."


def undo_button(key: str, sku: str) -> Block:
    """The button that takes back the change with this ledger key."""
    return button("Undo", UNDO, f"{key} {pack(sku)}")


def unpack_undo(value: str) -> tuple[str, str]:
    """The ledger key and the SKU of the button's value; empty where it is none."""
    key, _, sku = value.partition(" ")
    return key, unpack(sku)


def change_undone(deed: Deed, after: Stock | None, now: float) -> Content:
    """Who took back what of whom, and what that makes."""
    whose = "" if deed.undone_by == deed.actor else f" by {name(deed.actor)}"
    what = f"{name(deed.undone_by)} undid {what_was_done(deed)}{whose}, {ago(deed.at, now)}"
    tail = [f"{after.broadcast:,} to sell", sum_of(after)] if after else []
    unset = [_UNSET] if deed.first else []
    notes = [context(*tail, *unset)] if tail or unset else []
    return Content(what.replace("`", ""), (section(f"{what}."), *notes))


def what_was_done(deed: Deed) -> str:
    """The change in a few words, such as `add 12 to ABC-1`."""
    sku = code(deed.sku)
    moved = {
        "set": f"the count of {sku} ({deed.delta:+,})",
        "add": f"{deed.delta:,} added to {sku}",
        "take": f"{-deed.delta:,} taken from {sku}",
    }.get(deed.action, "")
    buffer = f"the buffer of {sku} ({deed.buffer.old:,} → {deed.buffer.new:,})" if deed.buffer else ""
    low = f"the threshold of {sku} ({deed.low_at.old:,} → {deed.low_at.new:,})" if deed.low_at else ""
    return ", ".join(part for part in (moved, buffer, low) if part)


def not_undone(refused: CannotUndo, viewer: str) -> Content:
    """Why a change was not taken back, and what to do instead; to one person."""
    text = f"{_REASONS[refused.why](refused, viewer)} Nothing was changed."
    return Content(text.replace("`", ""), (section(text),))


def nothing_to_undo() -> Content:
    """For one who has not changed anything lately."""
    text = "You have not changed anything in the last 10 minutes, so there is nothing to undo."
    return Content(text, (section(text),))


def last_undone(
    refused: CannotUndo, viewer: str, others: Sequence[tuple[str, Deed | Case, float]], now: float
) -> Content:
    """The last change was taken back before; the ones before it, by ledger key and time, each with its button."""
    reason = not_undone(refused, viewer)
    rows = [_offer(key, what, at, now) for key, what, at in others[:_MOST]]
    title = [section(f"*Before it: {count(len(rows), 'change')}*")] if rows else []
    return Content(reason.text, (*reason.blocks, *title, *rows))


def _offer(key: str, what: Deed | Case, at: float, now: float) -> Block:
    if isinstance(what, Case):
        return section(f"{about(what)}: {what.verdict.replace('_', ' ')}, {ago(at, now)}", undo_verdict(what))
    return section(f"{what_was_done(what)}, {ago(at, now)}", undo_button(key, what.sku))


def _set_it(sku: str) -> str:
    return f"Count it and set it: `/stock set {escape(quoted(sku), 210)} n`."


def _undone(refused: CannotUndo, viewer: str) -> str:
    who = "You have" if refused.by == viewer else f"{name(refused.by)} has"
    return f"{who} undone this change of {code(refused.sku)} already, {moment(refused.at)}."


_REASONS: Mapping[Hindrance, Callable[[CannotUndo, str], str]] = {
    Hindrance.UNKNOWN: lambda it, _: f"This change of {code(it.sku)} is not one that can be undone.",
    Hindrance.TOO_LATE: lambda it, _: (
        f"This change of {code(it.sku)} was made {moment(it.at)}; it could be undone for 10 minutes. {_set_it(it.sku)}"
    ),
    Hindrance.NOT_YOURS: lambda it, _: f"Only {name(it.by)} or an operator can undo this change of {code(it.sku)}.",
    Hindrance.UNDONE: _undone,
    Hindrance.COUNTED_SINCE: lambda it, _: (
        f"{code(it.sku)} was counted since, so undoing this would make that count wrong. {_set_it(it.sku)}"
    ),
    Hindrance.SET_SINCE: lambda it, _: f"Somebody has set this number of {code(it.sku)} again since.",
    Hindrance.MOVED_SINCE: lambda it, _: (
        f"This was the first count of {code(it.sku)}, and its stock has moved since. {_set_it(it.sku)}"
    ),
    Hindrance.TOO_FEW: lambda it, _: (
        f"The units are gone: undoing this would leave less than nothing of {code(it.sku)}. {_set_it(it.sku)}"
    ),
}
