"""What a SKU is made of, and what it is a part of."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, Content, context, fit, paragraphs, section
from bot.views.figures import count
from bot.views.text import code, name
from core.bundles import Bundle
from core.stock import Level, Part

_NAMED = 5


def made_of(level: Level, parts: Sequence[Level]) -> list[Block]:
    """The parts of a bundle, each with how many bundles it is enough for; nothing for an ordinary SKU."""
    if not level.made_of:
        return []
    around = {part.sku: part for part in parts}
    rows = fit(_row(part, around.get(part.sku)) for part in level.made_of).rows
    return paragraphs(["*A bundle of*", *rows])


def part_of(level: Level) -> list[str]:
    """The bundles that the SKU is a part of, in a few words."""
    if not level.part_of:
        return []
    named = ", ".join(code(sku, 40) for sku in level.part_of[:_NAMED])
    more = f" and {len(level.part_of) - _NAMED} more" if len(level.part_of) > _NAMED else ""
    return [f"Part of {named}{more}"]


def bundled(bundle: Bundle, level: Level, parts: Sequence[Level]) -> Content:
    """Who made the SKU a bundle of what, and how many can be sold now."""
    title = f"{name(bundle.actor)} made {code(bundle.sku)} a bundle"
    return Content(_plain(title), (section(f"{title}."), *made_of(level, parts), context(_told(bundle, level))))


def shown(level: Level, parts: Sequence[Level], how: str) -> Content:
    """What the SKU is made of, or how to say it."""
    if not level.made_of:
        text = f"{code(level.sku)} is not a bundle."
        return Content(_plain(text), (section(text), context(f"`{how}` makes it one.")))
    title = f"{code(level.sku)}: {level.stock.broadcast:,} to sell"
    return Content(_plain(title), (section(title), *made_of(level, parts)))


def unbundled(actor: str, sku: str) -> Content:
    """Who made the bundle an ordinary SKU again."""
    text = f"{name(actor)} made {code(sku)} an ordinary SKU again, with nothing on hand."
    return Content(_plain(text), (section(text), context("Its channels show 0 until somebody sets its stock.")))


def _told(bundle: Bundle, level: Level) -> str:
    if bundle.founded:
        return f"{level.stock.broadcast:,} to sell: its channels are told now, and with every change of a part."
    return "It holds in a few seconds, once every server knows it; its channels are told then."


def _row(part: Part, level: Level | None) -> str:
    row = f"• {part.units:,} × {code(part.sku)}"
    if level is None:
        return row
    stock = level.stock
    return f"{row}: {stock.broadcast:,} to sell, enough for {count(stock.broadcast // part.units, 'bundle')}"


def _plain(text: str) -> str:
    return text.replace("`", "")
