"""`/stock help`: every command."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.notices import help_text

SLASH = "/stock"
NAME = "help"
BARE = False
CHANGES = False
USAGE = "/stock help"
EXAMPLE = "/stock help"
HELP = "This list."


async def run(call: Call) -> Reply:
    """List every command."""
    return Reply(help_text(call.manual))
