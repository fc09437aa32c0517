"""`/stock bundle SKU 2 PART 1 PART ...`: a SKU that is made of others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.call import Call, Reply
from bot.views.bundle import bundled, shown
from bot.views.notices import not_allowed
from bot.words import one_sku
from core.bundles import MOST_UNITS
from core.errors import BadInput
from core.stock import Part

SLASH = "/stock"
NAME = "bundle"
BARE = False
CHANGES = False
USAGE = "/stock bundle SKU n PART n PART ..."
EXAMPLE = "/stock bundle GIFT-SET 2 TSHIRT-M 1 MUG"
HELP = "Sell a SKU that is made of others: selling it takes its parts. With the SKU alone, show them."

_BETWEEN = frozenset({"=", "+", ",", "x", "X", "×", "*", ":"})
_UNITS = re.compile(r"([0-9]{1,4})[xX×*]?")


async def run(call: Call) -> Reply:
    """Show what the SKU is made of, or say it; its channels are told what its parts allow."""
    sku = one_sku(call.words[:1])
    parts = parts_of(call.words[1:])
    if not parts:
        level = await call.service.level(sku, fresh=True)
        return Reply(shown(level, await call.service.parts(level), EXAMPLE))
    if call.refusal:
        return Reply(not_allowed(call.refusal))
    bundle = await call.service.bundle(sku, parts, call.person.user_id)
    level = await call.service.level(sku, fresh=True)
    return Reply(bundled(bundle, level, await call.service.parts(level)), public=True)


def parts_of(words: Sequence[str]) -> tuple[Part, ...]:
    """`2 TSHIRT-M + 1 x MUG` or `TSHIRT-M MUG`; BadInput where a number has no SKU behind it."""
    left = [word for word in words if word not in _BETWEEN]
    parts: list[Part] = []
    while left:
        word = left.pop(0)
        match = _UNITS.fullmatch(word)
        if match is None:
            parts.append(Part(word, 1))
        elif left and int(match[1]) in range(1, MOST_UNITS + 1):
            parts.append(Part(left.pop(0), int(match[1])))
        else:
            raise BadInput("parts", f"are each a number from 1 to {MOST_UNITS:,} and then a SKU, which {word} is not")
    return tuple(parts)
