"""What is said after a manual change: who, what, before and after."""

from __future__ import annotations

from dataclasses import dataclass

from bot.views.blocks import Content, context, section
from bot.views.stock import sum_of
from bot.views.text import code, escape, name
from bot.views.undo import undo_button
from core.stock import Stock


@dataclass(frozen=True, slots=True)
class Announced:
    """What a person did in plain words, such as "added 3 to"; `before` is None where others changed it meanwhile.

    `key` is its ledger key, by which it can be undone. `twin`: a known SKU that differs in capitals only.
    """

    actor: str
    verb: str
    before: Stock | None
    after: Stock
    key: str
    note: str = ""
    twin: str = ""


def change_made(deed: Announced) -> Content:
    """Who did what to which SKU, and what that makes."""
    numbers = _numbers(deed.before, deed.after)
    text = f"{name(deed.actor)} {deed.verb} {code(deed.after.sku)}: {numbers}."
    fallback = f"{name(deed.actor)} {deed.verb} {escape(deed.after.sku, 200)}: {numbers}"
    reason = [escape(deed.note, 200)] if deed.note else []
    facts = context(f"{deed.after.broadcast:,} to sell", sum_of(deed.after), *reason)
    twin = [context(f"{code(deed.twin)} is another SKU. If you meant that one, undo this.")] if deed.twin else []
    return Content(fallback, (section(text, undo_button(deed.key, deed.after.sku)), facts, *twin))


def change_known(after: Stock) -> Content:
    """The same request once more: it changed nothing."""
    text = f"This was already done, and nothing was changed again. {code(after.sku)} has {sum_of(after)}."
    return Content(f"Already done: nothing was changed again for {escape(after.sku, 200)}", (section(text),))


def _numbers(before: Stock | None, after: Stock) -> str:
    named = [
        ("on hand", before.physical if before else None, after.physical),
        ("held back", before.buffer if before else None, after.buffer),
        ("left is low", before.low_at if before else None, after.low_at),
    ]
    changed = [f"{old:,} → {new:,} {what}" for what, old, new in named if old is not None and old != new]
    return ", ".join(changed) or f"{after.physical:,} on hand, {after.buffer:,} held back"
