"""`/stock unbundle SKU`: a bundle becomes an ordinary SKU again."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.bundle import unbundled
from bot.words import one_sku
from core.errors import BadInput, NotFound

SLASH = "/stock"
NAME = "unbundle"
BARE = False
CHANGES = True
USAGE = "/stock unbundle SKU"
EXAMPLE = "/stock unbundle GIFT-SET"
HELP = "Make a bundle an ordinary SKU again, with nothing on hand."


async def run(call: Call) -> Reply:
    """Forget what the SKU is made of."""
    sku = one_sku(call.words)
    try:
        await call.service.unbundle(sku, call.person.user_id)
    except NotFound:
        raise BadInput("sku", f"{sku} is not a bundle") from None
    return Reply(unbundled(call.person.user_id, sku), public=True)
