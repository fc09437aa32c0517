"""`/stock history SKU`: the last changes of one SKU."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.listings import history_list
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
    page = await call.service.history(sku)
    return Reply(history_list(sku, page.items, call.now, more=bool(page.cursor)))
