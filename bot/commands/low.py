"""`/stock low`: what is low, out of stock or oversold."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.pages import Ask, low
from core.errors import BadInput

SLASH = "/stock"
NAME = "low"
BARE = False
CHANGES = False
USAGE = "/stock low"
EXAMPLE = "/stock low"
HELP = "What is low, out of stock or oversold, the worst first, and how long it lasts."


async def run(call: Call) -> Reply:
    """List it."""
    if call.words:
        raise BadInput("list", "takes no words; for one SKU use `/stock SKU`")
    return Reply(await low(Ask(call.service, call.now)))
