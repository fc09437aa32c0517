"""`/stock find TEXT`: the SKUs that are like it."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.pages import Ask, found
from core.errors import BadInput

SLASH = "/stock"
NAME = "find"
BARE = False
CHANGES = False
USAGE = "/stock find TEXT"
EXAMPLE = "/stock find red tee"
HELP = "SKUs by any part of them, in any order, with slips of the finger."

_LONGEST = 200


async def run(call: Call) -> Reply:
    """List them, best first."""
    text = " ".join(call.words)
    if not text:
        raise BadInput("text", "is missing")
    if len(text) > _LONGEST:
        raise BadInput("text", f"is longer than {_LONGEST} characters")
    return Reply(await found(Ask(call.service, call.now, text)))
