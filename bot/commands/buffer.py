"""`/stock buffer SKU n`: units that no channel is told about."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.change import Kind, change, wish
from bot.words import sku_and_number
from core.stock import MAX_BUFFER

SLASH = "/stock"
NAME = "buffer"
BARE = False
CHANGES = True
USAGE = "/stock buffer SKU n"
EXAMPLE = "/stock buffer TSHIRT-M 5"
HELP = "Hold units back from every channel."


async def run(call: Call) -> Reply:
    """Set the units that are held back."""
    sku, units = sku_and_number(call.words, least=0, most=MAX_BUFFER)
    return await change(call, sku, wish(Kind.BUFFER, units))
