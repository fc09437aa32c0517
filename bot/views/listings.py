"""A SKU's history and its returns as lists."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Content, context, fit, paragraphs, section
from bot.views.entries import entry_row, return_row
from bot.views.figures import count
from bot.views.text import code, escape
from core.changes import Entry, ReturnRow


def history_list(sku: str, entries: Sequence[Entry], now: float, *, more: bool = False) -> Content:
    """The ledger rows of the SKU, newest first; `more` says that there are older ones."""
    rows = [entry_row(entry, now) for entry in entries]
    return _listed("change", sku, rows, more=more)


def returns_list(sku: str, returns: Sequence[ReturnRow], now: float, *, more: bool = False) -> Content:
    """The returns of the SKU, newest first; `more` says that there are older ones."""
    rows = [return_row(row, now) for row in returns]
    return _listed("return", sku, rows, more=more)


def _listed(noun: str, sku: str, rows: Sequence[str], *, more: bool) -> Content:
    if not rows:
        return Content(f"No {noun}s of {escape(sku, 200)}", (section(f"No {noun}s of {code(sku)} are recorded."),))
    fitted = fit(rows)
    title = f"Last {count(len(fitted.rows), noun)} of"
    blocks = paragraphs([f"*{title}* {code(sku)}", *fitted.rows])
    tail = (context("There are older ones."),) if more or fitted.left_out else ()
    return Content(f"{title} {escape(sku, 200)}", (*blocks, *tail))
