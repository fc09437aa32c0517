"""Taking a channel's levels as the first stock: what a dry run found, the buttons that set it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views.adopt_form import choose_value
from bot.views.blocks import Block, Content, actions, button, context, fit, paragraphs, section
from bot.views.figures import count, moment, span
from bot.views.text import code, escape, name
from core.adopt import Conflict, Plan, is_quantity
from core.adopting import Adopting
from core.errors import Ended, OfferEnded

SET, SET_AS_SHOWN, SET_LOWEST = "adopt_set", "adopt_set_as_shown", "adopt_set_lowest"
CHOOSE, CANCEL = "adopt_choose", "adopt_cancel"
_ROOM, _LESS_ROOM = 2_400, 1_200
_MOST = 20
_NOTE = (
    "Only what nobody has set. All is read again when you press: what changed is judged anew, and orders that come "
    "in between count. The buttons work for 30 minutes."
)


def adoption(report: Adopting, now: float) -> Content:
    """How far it is, what a dry run offers, or what came of it."""
    if report.trouble:
        return _broken_off(report)
    if not report.ended:
        return _so_far(report, now)
    return _taken(report) if report.sets else _offer(report)


def offer_cancelled(channel: str) -> Content:
    """A person wants none of it."""
    return _said(f"Cancelled: nothing was set from *{escape(channel, 40)}*.")


def offer_ended(ended: OfferEnded) -> Content:
    """Why a press changes nothing, and what to do instead."""
    who, when = name(ended.by) if ended.by else "Somebody", moment(ended.at)
    number, channel = count(ended.count, "SKU"), f"*{escape(ended.channel, 40)}*"
    again = f"`/channels adopt {escape(ended.channel, 40)}` makes a new one."
    reasons: Mapping[Ended, str] = {
        Ended.REPLACED: f"This dry run of {channel} is no longer the newest. {again}",
        Ended.TOO_OLD: f"This dry run of {channel} is of {when}, and counted for 30 minutes. {again}",
        Ended.UNDER_WAY: f"{who} is setting what {channel} shows since {when}, {number} so far.",
        Ended.DONE: f"{who} has set {number} by this dry run of {channel} already, {when}.",
        Ended.BROKEN_OFF: f"Setting what this dry run of {channel} found was broken off after {number}. {again}",
        Ended.CANCELLED: f"{who} cancelled this dry run of {channel}, {when}. {again}",
    }
    return _said(f"{reasons[ended.why]} Nothing was changed now.")


def _so_far(report: Adopting, now: float) -> Content:
    channel, read = escape(report.channel, 40), count(report.read, "listing")
    since = span(now - report.started)
    how_far = f"`/channels adopt {channel}` shows how far it is."
    if not report.sets:
        return _said(f"Reading what all channels show, for {since}: {read} so far. Nothing is set yet. {how_far}")
    if report.plan is None:
        return _said(f"Setting what *{channel}* shows: all is read again first, {read} in {since}. {how_far}")
    whole = len(report.plan.adopted)
    return _said(f"Setting what *{channel}* shows: {report.count:,} of {count(whole, 'SKU')} so far. {how_far}")


def _broken_off(report: Adopting) -> Content:
    channel, why = escape(report.channel, 40), escape(report.trouble, 200)
    if not report.sets:
        return _said(f"The dry run of *{channel}* was broken off: {why}. Nothing was set.")
    done = f"after {count(report.count, 'SKU')}: {why}. What is set stays."
    return _said(f"Setting what *{channel}* shows was broken off {done} `/channels adopt {channel}` does the rest.")


def _taken(report: Adopting) -> Content:
    plan, channel = report.plan or Plan(), escape(report.channel, 40)
    head = f"{name(report.by)} took what *{channel}* shows as the first stock of *{count(report.count, 'SKU')}*."
    left = _left(plan)
    rows = [*_numbers(plan, _LESS_ROOM), *_disagreeing(plan.conflicts, _LESS_ROOM), *_uncounted(plan, _LESS_ROOM)]
    again = [context(f"`/channels adopt {channel}` once more decides about the conflicts.")] if plan.conflicts else []
    text = f"{head} {left}".strip()
    return Content(text, (section(text), *paragraphs(rows), *again))


def _offer(report: Adopting) -> Content:
    plan, channel = report.plan or Plan(), escape(report.channel, 40)
    if not plan.adopted and not plan.conflicts and not plan.troubled:
        none = f"*{channel}* shows no SKU that could be set."
        all_set = f"Nothing to set: all {count(plan.managed, 'SKU')} that *{channel}* shows are set already."
        return _said(all_set if plan.managed else none)
    would = f"*Dry run*: what *{channel}* shows would be the first stock of *{count(len(plan.adopted), 'SKU')}*."
    text = f"{would} {_left(plan)} Nothing is set yet.".replace("  ", " ")
    rows = [*_numbers(plan, _ROOM), *_disagreeing(plan.conflicts, _ROOM), *_uncounted(plan, _LESS_ROOM)]
    buttons = _buttons(plan, report)
    tail = [actions(*buttons), context(_NOTE)] if buttons else []
    return Content(text, (section(text), *paragraphs(rows), *tail))


def _left(plan: Plan) -> str:
    parts = [
        f"{count(len(plan.conflicts), 'SKU')} in conflict" if plan.conflicts else "",
        f"{len(plan.troubled):,} cannot be set" if plan.troubled else "",
        f"{plan.managed:,} set already" if plan.managed else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said}." if said else ""


def _numbers(plan: Plan, room: int) -> list[str]:
    return _rows([f"• {code(each.sku, 60)}  {each.quantity:,}" for each in plan.adopted[:_MOST]], plan.adopted, room)


def _disagreeing(conflicts: Sequence[Conflict], room: int) -> list[str]:
    rows = [f"• {code(each.sku, 60)}  {escape(each.reason, 200)}" for each in conflicts[:_MOST]]
    return ["*In conflict*", *_rows(rows, conflicts, room)] if rows else []


def _uncounted(plan: Plan, room: int) -> list[str]:
    rows = [f"• {code(each.sku, 60)}  {escape(each.reason, 200)}" for each in plan.troubled[:_MOST]]
    return ["*Cannot be set*", *_rows(rows, plan.troubled, room)] if rows else []


def _rows(rows: Sequence[str], whole: Sequence[object], room: int) -> list[str]:
    shown = fit(rows, room).rows
    left = len(whole) - len(shown)
    return [*shown, f"and {left:,} more"] if left else list(shown)


def _buttons(plan: Plan, report: Adopting) -> list[Block]:
    sure, value = len(plan.adopted), f"{report.ticket} {report.channel}"
    if not sure and not plan.conflicts:
        return []
    buttons = [button(f"Set these {sure:,}", SET, value, "primary")] if sure else []
    as_shown = sum(is_quantity(each.shown[report.channel]) for each in plan.conflicts)
    lowest = sum(is_quantity(min(each.shown.values())) for each in plan.conflicts)
    if as_shown:
        buttons += [button(f"Set {sure + as_shown:,}, conflicts as {report.channel} shows", SET_AS_SHOWN, value)]
    if lowest:
        buttons += [button(f"Set {sure + lowest:,}, conflicts at the lowest", SET_LOWEST, value)]
    if chosen_from := choose_value(report.ticket, report.channel, plan.conflicts):
        buttons += [button("Choose for each", CHOOSE, chosen_from)]
    return [*buttons, button("Cancel", CANCEL, value)]


def _said(text: str) -> Content:
    return Content(text, (section(text),))
