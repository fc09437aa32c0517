"""`/channels adopt NAME`: what the channel's listings show becomes the first stock of SKUs that nobody has set."""

from __future__ import annotations

from bot.adoptions import NEWS_AFTER
from bot.call import Call, Reply, Say
from bot.views.adopt import adoption, offer_ended
from bot.words import channel_and_sku
from core.errors import BadInput, OfferEnded

SLASH = "/channels"
NAME = "adopt"
BARE = False
CHANGES = True
USAGE = "/channels adopt NAME"
EXAMPLE = "/channels adopt shopify"
HELP = "Take what a channel shows as the first stock of SKUs that nobody has set; shows what it would do first."

_A_MOMENT = 1.2


async def run(call: Call) -> Reply:
    """Begin a dry run; the caller is told how far it is, and what it offers."""
    channel, sku = channel_and_sku(call.words)
    if sku:
        raise BadInput("adopt", "takes a channel alone: all that it shows is looked at")
    try:
        running = await call.service.steering.adoptions.look(channel, call.person.user_id)
    except OfferEnded as busy:
        return Reply(offer_ended(busy))
    clock = call.service.clock

    async def later(say: Say) -> None:
        for seconds in NEWS_AFTER:
            ended = await running.wait(seconds)
            await say(Reply(adoption(running.report, clock())))
            if ended:
                return

    ended = await running.wait(_A_MOMENT)
    is_over = ended or running.report.sets  # whoever began to set it is told the end, and everybody with them
    return Reply(adoption(running.report, clock()), later=None if is_over else later)
