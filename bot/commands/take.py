"""`/stock take SKU n`: units that went out by hand."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.change import Kind, change, wish
from bot.words import sku_and_number

SLASH = "/stock"
NAME = "take"
BARE = False
CHANGES = True
USAGE = "/stock take SKU n"
EXAMPLE = "/stock take TSHIRT-M 3"
HELP = "Take units that went out; refused when there are not that many."


async def run(call: Call) -> Reply:
    """Take units from what is on hand."""
    sku, units = sku_and_number(call.words, least=1)
    return await change(call, sku, wish(Kind.TAKE, units))
