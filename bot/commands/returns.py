"""`/stock returns SKU`: what came back of one SKU."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.pages import Ask, returns
from bot.words import one_sku

SLASH = "/stock"
NAME = "returns"
BARE = False
CHANGES = False
USAGE = "/stock returns SKU"
EXAMPLE = "/stock returns TSHIRT-M"
HELP = "The last returns, with their condition and what was decided."


async def run(call: Call) -> Reply:
    """Show the returns of the SKU."""
    sku = one_sku(call.words)
    return Reply(await returns(Ask(call.service, call.now, sku)))
