"""The SKUs that a text names, and their cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.call import Call, Command
from bot.commands import route
from bot.people import Person
from bot.standings import arranged
from bot.views.blocks import Content
from bot.views.stock import stock_card
from bot.words import split_words
from core.errors import BadInput
from core.service import Service
from core.stock import Level, check_sku

MOST = 5
_LOOKED_UP = 100
_ENTRIES = 3
_AROUND = ".,;:!?()[]{}<>\"'`*_~"
_MADE_UP = re.compile(r"\d|\w[-_./+]\w")
_MENTION = re.compile(r"<[@#!][^<>]*>")


def words(text: str) -> tuple[str, ...]:
    """The words of a text as Slack sends it, quoted ones kept whole, without the people and channels that it names."""
    return split_words(_MENTION.sub(" ", text))


def candidates(text: str) -> tuple[str, ...]:
    """What may be a SKU in a text as Slack sends it: each word, as it is, without what surrounds it, in capitals.

    Of a long text a hundred of them, those with a digit or a mark inside before mere words.
    """
    shapes = [shape for word in words(text) for shape in (word, word.strip(_AROUND), word.strip(_AROUND).upper())]
    different = list(dict.fromkeys(shape for shape in shapes if _is_sku(shape)))
    likely = set(sorted(different, key=lambda shape: _MADE_UP.search(shape) is None)[:_LOOKED_UP])
    return tuple(shape for shape in different if shape in likely)


async def named(service: Service, text: str) -> tuple[str, ...]:
    """The known SKUs among them in the order of the text; Unavailable."""
    asked = candidates(text)
    levels = await service.store.levels(asked) if asked else {}
    return tuple(sku for sku in asked if _is_known(levels[sku]))


async def cards(service: Service, skus: Iterable[str]) -> tuple[Content, ...]:
    """The cards of the SKUs as they are now, with their last few changes; Unavailable."""
    asked = tuple(skus)
    levels = await service.store.levels(asked) if asked else {}
    now = service.clock()
    pages = [await service.history(sku, limit=_ENTRIES) for sku in asked]
    parts = [await service.parts(levels[sku]) for sku in asked]
    return tuple(
        stock_card(levels[sku], page.items, now, arranged=arranged(service, levels[sku]), parts=of)
        for sku, page, of in zip(asked, pages, parts, strict=True)
    )


async def show(service: Service, commands: Sequence[Command], person: Person, sku: str) -> Content:
    """What `/stock SKU` answers, for a SKU that may not be known; BadInput, Unavailable."""
    command, words = route(commands, "/stock", ("show", sku))
    reply = await command.run(Call(service, person, words, "", service.clock(), commands))
    return reply.content


def _is_sku(word: str) -> bool:
    try:
        return bool(check_sku(word))
    except BadInput:
        return False


def _is_known(level: Level) -> bool:
    return level.stock.managed or bool(level.updated_at or level.links)
