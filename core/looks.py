"""What the listing of a SKU shows: the one that it is linked to, whatever else has that SKU there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Protocol

from core.ports import Listing
from core.stock import Level


class Readable(Protocol):
    """A channel whose listings can be read; see Marketplace and ReadsBack."""

    name: str

    async def sku_of(self, listing: str) -> str:
        """The SKU of the channel's listing id, or "" where there is none."""

    def listings(self, skus: Sequence[str] = ()) -> AsyncIterator[Sequence[Listing]]:
        """What the listings of the SKUs show now, page by page; ChannelError."""


async def look(channel: Readable, levels: Iterable[Level]) -> Mapping[str, Listing]:
    """What the listing of each SKU shows now; one that there is none of may be missing. ChannelError."""
    links = {level.sku: level.links.get(channel.name, "") for level in levels}
    found = await _read(channel, list(links))
    chosen = {sku: _linked(found[sku], link) or found[sku][-1] for sku, link in links.items() if found[sku]}
    away = {sku: link for sku, link in links.items() if link and _linked(found[sku], link) is None}
    return {**chosen, **await _elsewhere(channel, away)} if away else chosen


async def _elsewhere(channel: Readable, links: Mapping[str, str]) -> Mapping[str, Listing]:
    """The linked listings that have another SKU there."""
    names = {sku: await channel.sku_of(link) for sku, link in links.items()}
    others = {sku: name for sku, name in names.items() if name not in ("", sku, links[sku])}
    found = await _read(channel, list(dict.fromkeys(others.values()))) if others else {}
    linked = {sku: _linked(found[name], links[sku]) for sku, name in others.items()}
    return {sku: each for sku, each in linked.items() if each is not None}


async def _read(channel: Readable, skus: Sequence[str]) -> Mapping[str, list[Listing]]:
    found: dict[str, list[Listing]] = defaultdict(list)
    async for page in channel.listings(skus):
        for each in page:
            found[each.sku].append(each)
    return found


def _linked(listings: Sequence[Listing], link: str) -> Listing | None:
    return next((each for each in listings if link and each.listing == link), None)
