"""`/stock set SKU n`: a count of what is on hand."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.change import Kind, change, wish
from bot.words import sku_and_number

SLASH = "/stock"
NAME = "set"
BARE = False
CHANGES = True
USAGE = "/stock set SKU n"
EXAMPLE = "/stock set TSHIRT-M 50"
HELP = "Set the units on hand, as counted."


async def run(call: Call) -> Reply:
    """Set the units on hand."""
    sku, units = sku_and_number(call.words, least=0)
    return await change(call, sku, wish(Kind.SET, units))
