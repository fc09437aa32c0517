"""Listings of a SKU: remembered by channel, and a channel that showed another one is told anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.errors import BadInput
from core.ports import Marketplace, Store
from core.stock import Push, Told, check_sku

_WHY = "it was linked to another listing"


@dataclass(frozen=True, slots=True)
class ListingForm:
    """How a channel's listing ids look: the REST API's name for one, a pattern, and an example for people.

    A bare number gets `prefix`.
    """

    field: str
    pattern: str
    example: str
    prefix: str = ""


@runtime_checkable
class NamesListings(Protocol):
    """A channel that says how its listing ids look; any other takes one word."""

    @property
    def listing_form(self) -> ListingForm:
        """How they look."""
        ...


def form_of(channel: Marketplace) -> ListingForm:
    """How the channel's listing ids look."""
    if isinstance(channel, NamesListings):
        return channel.listing_form
    return ListingForm(channel.name, "[!-~]{1,200}", "one word")


def listing_id(channel: Marketplace, text: str) -> str:
    """The listing's id as the channel writes it, "" for none; BadInput when it cannot be one of that channel's."""
    form = form_of(channel)
    if text and not re.fullmatch(form.pattern, text):
        raise BadInput(f"{channel.name} id", f"is {form.example}")
    return f"{form.prefix}{text}" if text.isdecimal() else text


@dataclass(frozen=True, slots=True)
class Relinked:
    """The listings of a SKU that are other ones now, by channel; `sure` where what the old ones were told is owed."""

    sku: str
    links: Mapping[str, str]
    sure: bool


class Linker:
    """Links SKUs to listings in the store; `clock` gives epoch seconds."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    async def link(self, sku: str, links: Mapping[str, str]) -> Relinked:
        """Remember the SKU's listing ids ("" forgets one); what was told to another listing is owed to the new one."""
        before = (await self._store.levels([check_sku(sku)]))[sku]
        moved = {ch: listing for ch, listing in links.items() if listing and before.links.get(ch) != listing}
        await self._store.link(sku, links)
        return Relinked(sku, moved, await self._owe(sku, moved))

    async def insist(self, relinked: Relinked) -> None:
        """Owe it once more, after a push that was on its way to the listings of before."""
        now = (await self._store.levels([relinked.sku]))[relinked.sku].links
        await self._owe(relinked.sku, {ch: to for ch, to in relinked.links.items() if now.get(ch) == to})

    async def _owe(self, sku: str, links: Mapping[str, str]) -> bool:
        """Whether every one of the channels was told something before, which is owed to the new listing now."""
        if not links:
            return True
        level = (await self._store.claim([sku], sorted(links)))[sku]
        word = Told(None, 0, 0.0, Push.OWED, _WHY, self._clock())
        told = {channel: word for channel in links if channel in level.told and channel not in level.claimed}
        if told:
            await self._store.settle(sku, level.stock.version, told, {})
        return len(told) == len(links)
