"""`/stock link SKU channel=id ...`: which listing the SKU is on each channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.call import Call, Reply
from bot.views.link import linked, links_of
from bot.views.notices import not_allowed, repeated
from bot.words import one_sku
from core.errors import BadInput
from core.linking import listing_id
from core.ports import Marketplace

SLASH = "/stock"
NAME = "link"
BARE = False
CHANGES = False
USAGE = "/stock link SKU channel=id ..."
EXAMPLE = "/stock link TSHIRT-M shopify=49148385886 amazon=B07XJ8C8F5"
HELP = "Say which listing a SKU is on a channel (`channel=` forgets it); with the SKU alone, show them."


async def run(call: Call) -> Reply:
    """Show the SKU's listings, or link it; the channel is told at once."""
    sku = one_sku(call.words[:1])
    channels = call.service.marketplaces
    known = sorted(channels)
    links = _links(call.words[1:], channels)
    if not links:
        return Reply(links_of(await call.service.level(sku, fresh=True), known))
    if call.refusal:
        return Reply(not_allowed(call.refusal))
    if not await call.service.is_first(call.key):
        return Reply(repeated())
    return Reply(linked(call.person.user_id, await call.service.link(sku, links), links), public=True)


def _links(words: Sequence[str], known: Mapping[str, Marketplace]) -> dict[str, str]:
    links: dict[str, str] = {}
    for word in words:
        channel, sign, listing = word.partition("=")
        if not sign:
            raise BadInput("link", f"is channel=id, which {word} is not; a SKU with spaces goes in quotes")
        if channel.lower() not in known:
            raise BadInput("channel", f"{channel} is not one of yours: {', '.join(sorted(known)) or 'none is set up'}")
        links[channel.lower()] = listing_id(known[channel.lower()], listing)
    return links
