"""`/channels help`: every sub-command of it."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.notices import help_text

SLASH = "/channels"
NAME = "help"
BARE = False
CHANGES = False
USAGE = "/channels help"
EXAMPLE = "/channels help"
HELP = "This list."


async def run(call: Call) -> Reply:
    """List them."""
    return Reply(help_text(call.manual))
