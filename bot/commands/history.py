"""`/stock history SKU`: the last changes of one SKU."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.pages import Ask, history
from bot.words import one_sku

SLASH = "/stock"
NAME = "history"
BARE = False
CHANGES = False
USAGE = "/stock history SKU"
EXAMPLE = "/stock history TSHIRT-M"
HELP = "The last changes, with who or what made them."


async def run(call: Call) -> Reply:
    """Show the ledger rows of the SKU."""
    sku = one_sku(call.words)
    return Reply(await history(Ask(call.service, call.now, sku)))
