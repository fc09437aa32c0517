"""Which listing a SKU is on each channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views.blocks import Content, context, fit, paragraphs, section
from bot.views.text import code, escape, name, quoted
from core.stock import Level


def links_of(level: Level, channels: Sequence[str]) -> Content:
    """The SKU's listing on each channel, and how to link one."""
    known = dict.fromkeys(channels, "") | dict(level.links)
    rows = fit(_row(channel, known[channel]) for channel in sorted(known)).rows
    title = f"Listings of {code(level.sku)}"
    how = f"`/stock link {escape(quoted(level.sku), 210)} channel=id` links it."
    shown = paragraphs([f"*{title}*", *rows]) if rows else [section(f"{title}: no channel is set up.")]
    return Content(title.replace("`", ""), (*shown, context(how)))


def linked(actor: str, level: Level, links: Mapping[str, str]) -> Content:
    """Who linked the SKU to what; the channels hear of its stock at once."""
    rows = fit(_row(channel, listing) for channel, listing in sorted(links.items())).rows
    title = f"{name(actor)} linked {code(level.sku)}"
    told = (
        "Its stock is told there at once." if level.stock.managed else "Nobody has set its stock yet: nothing is told."
    )
    return Content(title.replace("`", ""), (*paragraphs([f"{title}:", *rows]), context(told)))


def _row(channel: str, listing: str) -> str:
    return f"• *{escape(channel, 40)}*: {code(listing, 200) if listing else 'none'}"
