"""`/channels resume NAME [SKU]`: send again."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.channels import arranged
from bot.words import channel_and_sku

SLASH = "/channels"
NAME = "resume"
BARE = False
CHANGES = True
USAGE = "/channels resume NAME [SKU]"
EXAMPLE = "/channels resume amazon"
HELP = "Send again, first all that is owed."


async def run(call: Call) -> Reply:
    """Resume the channel, or one SKU on it."""
    channel, sku = channel_and_sku(call.words)
    await call.service.steering.resume(channel, call.person.user_id, sku, call.key)
    return Reply(arranged(call.person.user_id, "resumed", channel, sku, "All that is owed is sent now."), public=True)
