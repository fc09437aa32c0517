"""Connections, read page by page to their end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from core.errors import ChannelError
from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.posted import CHANNEL

Node = Mapping[str, object]


async def pages(
    admin: Admin, document: str, variables: Mapping[str, object], *path: str
) -> AsyncIterator[Sequence[Node]]:
    """The nodes of the connection at `path`, page by page; the document takes the variable `after`. ChannelError."""
    after = ""
    while True:
        page: object = await admin.run(document, {**variables, "after": after or None})
        for name in path:
            page = table(page).get(name)
        if not isinstance(page, dict):
            raise ChannelError(CHANNEL, f"its answer has no {path[-1]}")
        yield nodes(page)
        after, before = cursor_of(page), after
        if not after:
            return
        if after == before:
            raise ChannelError(CHANNEL, f"its pages of {path[-1]} have no end")


def nodes(connection: object) -> Sequence[Node]:
    """The nodes of one page."""
    return [table(node) for node in rows(table(connection).get("nodes"))]


def cursor_of(connection: object) -> str:
    """Where the next page begins, "" when there is none."""
    info = table(table(connection).get("pageInfo"))
    after = info.get("endCursor")
    return after if info.get("hasNextPage") is True and isinstance(after, str) else ""
