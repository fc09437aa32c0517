"""`/channels`: how every channel is doing, and what can be done about it."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.channels import channel_list
from core.errors import BadInput

SLASH = "/channels"
NAME = "list"
BARE = True
CHANGES = False
USAGE = "/channels"
EXAMPLE = "/channels"
HELP = "How each channel is doing: last told, what is owed, what is wrong, who paused it."


async def run(call: Call) -> Reply:
    """List the channels to the caller."""
    if call.words:
        raise BadInput("channels", f"cannot {call.words[0]}: pause, resume, sync, dry-run or rule")
    return Reply(channel_list(await call.service.steering.channels(fresh=True), call.now))
