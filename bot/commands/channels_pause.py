"""`/channels pause NAME [SKU]`: send nothing more."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.channels import arranged
from bot.words import channel_and_sku

SLASH = "/channels"
NAME = "pause"
BARE = False
CHANGES = True
USAGE = "/channels pause NAME [SKU]"
EXAMPLE = "/channels pause amazon"
HELP = "Send nothing more to a channel, or nothing of one SKU; what is owed is kept."


async def run(call: Call) -> Reply:
    """Pause the channel, or one SKU on it."""
    channel, sku = channel_and_sku(call.words)
    await call.service.steering.pause(channel, call.person.user_id, sku, call.key)
    return Reply(
        arranged(call.person.user_id, "paused", channel, sku, "Nothing is sent; what is owed is kept."), public=True
    )
