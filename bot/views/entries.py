"""Rows of the ledger and of the returns, one line each."""

from __future__ import annotations

from bot.views.figures import ago, count
from bot.views.text import escape, name
from core.changes import Entry, Progress, ReturnRow


def entry_row(entry: Entry, now: float) -> str:
    """A change: how much, what, who or where it came from, when and why."""
    source = name(entry.actor) if entry.actor else escape(entry.channel, 40) if entry.channel else ""
    parts = [
        f"*{entry.delta:+,}*",
        escape(entry.action.replace("_", " "), 40),
        f"by {source}" if source else "",
        f"order {escape(entry.order_id, 60)}" if entry.order_id else "",
        escape(entry.note, 120) if entry.note else "",
        ago(entry.at, now),
        "failed" if entry.status is Progress.FAILED else "",
    ]
    return "• " + " · ".join(part for part in parts if part)


def return_row(row: ReturnRow, now: float) -> str:
    """A return: how many, in what state, what was decided, from which order and when."""
    parts = [
        f"*{count(row.quantity, 'unit')}*",
        escape(row.disposition, 40),
        escape(row.decision.replace("_", " "), 40),
        f"by {escape(row.channel, 40)}" if row.channel else "",
        f"order {escape(row.order_id, 60)}" if row.order_id else "",
        escape(row.reason, 120) if row.reason else "",
        ago(row.at, now),
    ]
    return "• " + " · ".join(part for part in parts if part)
