"""`/channels reconcile NAME [SKU]`: read back what the listings really show, and put right what differs."""

from __future__ import annotations

from bot.call import Call, Reply, Say
from bot.views.reconcile import reconciled
from bot.words import channel_and_sku

SLASH = "/channels"
NAME = "reconcile"
BARE = False
CHANGES = True
USAGE = "/channels reconcile NAME [SKU]"
EXAMPLE = "/channels reconcile shopify"
HELP = "Read back what the listings really show, say why they differ, and put them right."

_A_MOMENT = 1.2
_NEWS_AFTER = (20.0, 180.0, 1_200.0)  # a response URL takes five messages in 30 minutes


async def run(call: Call) -> Reply:
    """Begin it; the caller is told how far it is, and what it came to."""
    channel, sku = channel_and_sku(call.words)
    running = await call.service.steering.reconcile(channel, call.person.user_id, sku)
    clock = call.service.clock

    async def later(say: Say) -> None:
        for seconds in _NEWS_AFTER:
            ended = await running.wait(seconds)
            await say(Reply(reconciled(running.report, clock())))
            if ended:
                return

    ended = await running.wait(_A_MOMENT)
    return Reply(reconciled(running.report, clock()), later=None if ended else later)
