"""`/channels rule NAME [SKU] ...`: how much of the stock a channel lists."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.channels import arranged
from bot.words import channel_rule
from core.rules import WHOLE, describe

SLASH = "/channels"
NAME = "rule"
BARE = False
CHANGES = True
USAGE = "/channels rule NAME [SKU] percent=90 max=30 cut_off=2 | default"
EXAMPLE = "/channels rule amazon percent=90 max=30"
HELP = "How much of the stock a channel lists, for all SKUs or for one; `default` takes a rule away."


async def run(call: Call) -> Reply:
    """Set or take away the rule."""
    channel, sku, rule = channel_rule(call.words)
    await call.service.steering.set_rule(channel, rule, call.person.user_id, sku, call.key)
    said = describe(rule) if rule else ("as the whole channel" if sku else describe(WHOLE))
    return Reply(arranged(call.person.user_id, "set the rule of", channel, sku, f"It lists {said}."), public=True)
