"""The More button below a list that goes on."""

from __future__ import annotations

from bot.views.blocks import Block, actions, button, context
from bot.views.sku import pack, unpack

MORE = "list_more"
_LONGEST = 2_000


def more(kind: str, subject: str, cursor: str) -> list[Block]:
    """A button for the next page of this kind of list; a hint where its cursor is too long for one, none at the end."""
    if not cursor:
        return []
    value = " ".join((kind, pack(cursor), pack(subject)))
    return [actions(button("More", MORE, value))] if len(value) <= _LONGEST else [context("There are more.")]


def unpack_more(value: str) -> tuple[str, str, str]:
    """The kind of list, its subject and the cursor."""
    kind, _, rest = value.partition(" ")
    cursor, _, subject = rest.partition(" ")
    return kind, unpack(subject), unpack(cursor)
