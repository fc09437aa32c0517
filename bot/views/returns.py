"""Returns that somebody has to decide about: the buttons, and what is said of a decision."""

from __future__ import annotations

from bot.views.blocks import Block, Content, button, context, section
from bot.views.figures import count, moment
from bot.views.sku import pack, unpack
from bot.views.stock import sum_of
from bot.views.text import code, escape, name
from core.changes import ReturnRow
from core.errors import AlreadyHandled
from core.returns.case import Case, Verdict
from core.returns.rulings import rule
from core.stock import Stock

RESTOCK, WRITE_OFF, UNDO_RETURN = "return_restock", "return_write_off", "return_undo"
_LONGEST = 2_000
_SAID = {Verdict.RESTOCKED: "restocked", Verdict.WRITTEN_OFF: "wrote off"}
_ALREADY = {Verdict.RESTOCKED: "already restocked this return", Verdict.WRITTEN_OFF: "already written this return off"}


def verdict_buttons(return_id: str, sku: str) -> list[Block]:
    """Restock and Write off; none for a return whose id is too long for a button."""
    value = _pack(return_id, sku)
    if len(value) > _LONGEST:
        return []
    return [button("Restock", RESTOCK, value), button("Write off", WRITE_OFF, value)]


def unpack_return(value: str) -> tuple[str, str]:
    """The return's id and the SKU of a button's value; empty where it is none."""
    return_id, _, sku = value.partition(" ")
    return unpack(return_id), unpack(sku)


def is_undecided(row: ReturnRow) -> bool:
    """Whether somebody has still to decide about it."""
    ruling = rule(row.disposition, "")
    return ruling.open and row.decision == ruling.action


def judged(case: Case, after: Stock | None) -> Content:
    """Who decided what about which return, and what that makes, with a button to take it back."""
    deed = f"{name(case.by)} {_SAID[Verdict(case.verdict)]} {about(case)}"
    return Content(deed.replace("`", ""), (section(f"{deed}.", undo_verdict(case)), *_sum(after, case.units)))


def undo_verdict(case: Case) -> Block | None:
    """The button that takes the decision back; none for a return whose id is too long for a button."""
    value = _pack(case.return_id, case.sku)
    return button("Undo", UNDO_RETURN, value) if len(value) <= _LONGEST else None


def about(case: Case) -> str:
    """The return in a few words."""
    order = f" from order {escape(case.order_id, 60)}" if case.order_id else ""
    return f"{count(case.quantity, 'returned unit')} of {code(case.sku)}{order} ({escape(case.disposition, 40)})"


def appealed(case: Case, by: str, after: Stock | None) -> Content:
    """Who took a decision back; the return waits for one again."""
    deed = f"{name(by)} took back what was decided about {about(case)}"
    waits = section(f"{deed}. It waits for a decision again.")
    return Content(deed.replace("`", ""), (waits, *_sum(after, 1)))


def already_judged(first: AlreadyHandled, viewer: str) -> Content:
    """For one who was late: who decided what about the return, and when."""
    who = "You have" if first.by == viewer else f"{name(first.by)} has"
    text = f"{who} {_ALREADY[Verdict(first.state)]}, {moment(first.at)}."
    return Content(text, (section(text),))


def not_to_judge() -> Content:
    """For a return that is not, or no longer, to be decided here."""
    text = "This return is not one to decide about here. Change the stock by hand: `/stock add SKU n`."
    return Content(text, (section(text),))


def _sum(after: Stock | None, units: int) -> list[Block]:
    return [context(f"{after.broadcast:,} to sell", sum_of(after))] if after and units else []


def _pack(return_id: str, sku: str) -> str:
    return f"{pack(return_id)} {pack(sku)}"
