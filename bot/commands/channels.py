"""`/channels`: how every channel is doing, and what can be done about it."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.channels import channel_list
from bot.words import unknown

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
        raise unknown(call.words[0], call.manual)
    steering = call.service.steering
    channels = await steering.channels(fresh=True)
    reconciles = [await steering.last_reconcile(each.name) for each in channels]
    running = {report.channel: report for report, runs in reconciles if runs and report is not None}
    return Reply(channel_list(channels, call.now, running))
