"""`/channels sync NAME [SKU]`: look now at all that is owed or differs."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.channels import arranged
from bot.words import channel_and_sku

SLASH = "/channels"
NAME = "sync"
BARE = False
CHANGES = True
USAGE = "/channels sync NAME [SKU]"
EXAMPLE = "/channels sync shopify TSHIRT-M"
HELP = "Look now at all that is owed or differs, however long it was to wait."


async def run(call: Call) -> Reply:
    """Look again, for the caller."""
    channel, sku = channel_and_sku(call.words)
    await call.service.steering.sync(channel, sku)
    return Reply(arranged(call.person.user_id, "synced", channel, sku, "All that differs or is owed is looked at now."))
