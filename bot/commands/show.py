"""`/stock SKU` and `/stock show SKU`: the card of one SKU."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.pages import Ask, found
from bot.standings import arranged
from bot.views.stock import NEAREST, stock_card
from bot.words import nearest, one_sku, unknown

SLASH = "/stock"
NAME = "show"
BARE = True
CHANGES = False
USAGE = "/stock SKU"
EXAMPLE = "/stock TSHIRT-M"
HELP = "Level, buffer, channels, days of cover and last changes. `/stock show SKU` for a SKU named like a command."

_LAST = 5


async def run(call: Call) -> Reply:
    """Show the SKU to the caller; of several words, what they are like."""
    if len(call.words) > 1:
        return await _several(call)
    sku = one_sku(call.words)
    level = await call.service.level(sku)
    entries = await call.service.history(sku, limit=_LAST)
    nearest = [] if level.stock.managed or level.updated_at else await call.service.find(sku, NEAREST + 1)
    others = [each for each in nearest if each != sku]
    parts = await call.service.parts(level)
    return Reply(stock_card(level, entries.items, call.now, others, arranged(call.service, level), parts))


async def _several(call: Call) -> Reply:
    if nearest(call.words[0], call.manual):
        raise unknown(call.words[0], call.manual)
    text = " ".join(call.words)
    if not await call.service.find(text, 1):
        one_sku(call.words)
    return Reply(await found(Ask(call.service, call.now, text)))
