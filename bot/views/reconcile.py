"""What a reconcile found: how many listings were looked at, what differs and why, and whether it was put right."""

from __future__ import annotations

from bot.views.blocks import Content, context, fit, paragraphs, section
from bot.views.figures import count, span
from bot.views.text import code, escape, name
from core.reconcile import WORDS, Cause, Difference, Reconciled

_ROOM = 2_600


def reconciled(report: Reconciled, now: float) -> Content:
    """How far it is, or what it came to."""
    head = _head(report, now)
    rows = fit([*_causes(report), *(_row(each) for each in report.first)], _ROOM).rows
    more = report.differ - len(report.first)
    also = [context(f"and {more:,} more; each is in its SKU's history")] if more > 0 else []
    blocks = (section(head), *(paragraphs(rows) if rows else ()), *also)
    return Content("\n".join([head, *rows]), blocks)


def running_row(report: Reconciled, now: float) -> str:
    """One line for the list of channels while it runs."""
    by = f" by {name(report.by)}" if report.by else ""
    so_far = f"{report.looked:,} looked at, {report.differ:,} different so far"
    return f"reconciling for {span(now - report.started)}{by}: {so_far}"


def _head(report: Reconciled, now: float) -> str:
    what = f"{code(report.sku)} on *{escape(report.channel, 40)}*" if report.sku else f"*{escape(report.channel, 40)}*"
    looked = count(report.looked, "listing")
    if report.trouble:
        return f"Reconcile of {what} broken off after {looked}: {escape(report.trouble, 200)}."
    if not report.ended:
        return (
            f"Reconciling {what} for {span(now - report.started)}: {looked} looked at, {report.differ:,} different "
            "so far. `/channels` shows how far it is."
        )
    if report.differ:
        return f"{what} reconciled: {looked} looked at, *{report.differ:,} different*."
    if report.sku and not report.looked:
        return f"{what} has no such listing, and none is expected."
    return f"{what} reconciled: {looked} looked at, all as they should be.{_left(report)}"


def _left(report: Reconciled) -> str:
    left = [
        f" {count(report.unmanaged, 'SKU')} nobody has set yet." if report.unmanaged else "",
        f" {count(report.troubled, 'listing')} keep no count." if report.troubled else "",
    ]
    return "".join(left)


def _causes(report: Reconciled) -> list[str]:
    done = {
        Cause.EDITED: "put right",
        Cause.LOST: "sent again",
        Cause.UNSEEN: "its order is looked for; put right in 10 minutes if there is none",
        Cause.HELD: "left so",
        Cause.UNTOLD: "told now",
        Cause.GONE: "see the alert",
    }
    causes = [(Cause(cause), number) for cause, number in report.causes.items()]
    return [f"• {number:,} {WORDS[cause]} ({done[cause]})" for cause, number in causes]


def _row(each: Difference) -> str:
    shown = "is gone" if each.shown is None else f"showed {each.shown:,}"
    known = "never told" if each.expected is None else f"{each.expected:,} expected"
    return f"    {code(each.sku, 60)} {shown}, {known}, {each.wanted:,} is right: {WORDS[each.cause]}"
