"""`/stock add SKU n`: units that came in."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.change import Kind, change, wish
from bot.words import sku_and_number

SLASH = "/stock"
NAME = "add"
BARE = False
CHANGES = True
USAGE = "/stock add SKU n"
EXAMPLE = "/stock add TSHIRT-M 12"
HELP = "Add units that came in."


async def run(call: Call) -> Reply:
    """Add units to what is on hand."""
    sku, units = sku_and_number(call.words, least=1, sign="+")
    return await change(call, sku, wish(Kind.ADD, units))
