"""Shortcuts, as a table: what each does when it is chosen from a message's menu."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from bot import lookup
from bot.envelope import Payload
from bot.views.blocks import Content
from bot.views.cards import names_nothing
from core.service import Service

FIND_SKUS = "find_skus"
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a shortcut shows: cards, and the SKUs that they and the cards for which there is no room are about."""

    cards: tuple[Content, ...]
    skus: tuple[str, ...] = ()


Shortcut = Callable[[Service, Payload], Awaitable[Found]]


async def find_skus(service: Service, payload: Payload) -> Found:
    """The SKUs that the message names; Unavailable."""
    skus = await lookup.named(service, words_of(payload.get("message")))
    if not skus:
        return Found((names_nothing("TSHIRT-M"),))
    return Found(await lookup.cards(service, skus[: lookup.MOST]), skus)


def words_of(message: object) -> str:
    """All that a message says: its text, its blocks and its attachments."""
    return "\n".join(_texts(message))[:_LONGEST]


def _texts(part: object, depth: int = 12) -> Iterator[str]:
    if isinstance(part, list) and depth:
        for each in part:
            yield from _texts(each, depth - 1)
    elif isinstance(part, dict) and depth:
        for name, value in part.items():
            if name in _SAID and isinstance(value, str):
                yield value
            elif name in _HOLDS:
                yield from _texts(value, depth - 1)


_SAID = frozenset({"text", "fallback", "title", "pretext", "value"})
_HOLDS = frozenset({"text", "blocks", "elements", "fields", "attachments", "rows", "title"})

SHORTCUTS: Mapping[str, Shortcut] = {FIND_SKUS: find_skus}
