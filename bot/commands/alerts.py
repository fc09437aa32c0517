"""`/alerts`: the open alerts, with buttons."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.pages import Ask, alerts
from core.errors import BadInput

SLASH = "/alerts"
NAME = "list"
BARE = True
CHANGES = False
USAGE = "/alerts"
EXAMPLE = "/alerts"
HELP = "The open alerts, with buttons to acknowledge them."


async def run(call: Call) -> Reply:
    """List what is not resolved, newest first."""
    if call.words:
        raise BadInput("command", "takes no words")
    return Reply(await alerts(Ask(call.service, call.now)))
