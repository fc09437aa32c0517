"""A store whose bundles are seen as what their parts allow; everything else is the store's own."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from core.bundle_book import BundleBook
from core.bundles import Bundles, seen
from core.changes import Change, Committed, Outcome
from core.errors import Unavailable
from core.ports import Page, Store
from core.stock import Level, Stock, Told


def bundled(book: BundleBook) -> Store:
    """The book's store, with every bundle at the level that its parts allow."""
    return cast("Store", _BundledStore(book))


class _BundledStore:
    def __init__(self, book: BundleBook) -> None:
        self._store = book.store
        self._book = book

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a store can do
        return getattr(self._store, name)

    async def open(self) -> None:
        """Make what is missing, and read the bundles."""
        await self._store.open()
        await self._book.refresh()

    async def commit(self, changes: Sequence[Change]) -> Committed:
        """What the store committed, with bundles at the stock that their parts allow after it."""
        committed = await self._store.commit(changes)
        ours = self._book.bundles.by_sku
        if not ours:
            return committed
        levels = {sku: level for sku, level in committed.levels.items() if sku not in ours}
        outcomes = [result for result in committed.results if isinstance(result, Outcome)]
        after = await self._after([sku for outcome in outcomes for sku in outcome.after if sku in ours])
        results = tuple(_seen_after(result, ours, after) for result in committed.results)
        return replace(committed, results=results, levels=levels)

    async def _after(self, bundles: Sequence[str]) -> Mapping[str, Stock]:
        """The stock of the bundles; nothing while it cannot be read, for what is committed is committed."""
        try:
            levels = await self.levels(list(dict.fromkeys(bundles))) if bundles else {}
        except Unavailable:
            return {}
        return {sku: level.stock for sku, level in levels.items()}

    async def levels(self, skus: Sequence[str]) -> Mapping[str, Level]:
        """The levels as they are now."""
        await self._book.refresh()
        return await self._seen(await self._store.levels(skus))

    async def glance(self, sku: str) -> Level:
        """The level for a person to look at."""
        return (await self._seen({sku: await self._store.glance(sku)}))[sku]

    async def list_levels(self, cursor: str, limit: int) -> Page[Level]:
        """All SKUs, page by page."""
        await self._book.refresh()
        page = await self._store.list_levels(cursor, limit)
        levels = await self._seen({level.sku: level for level in page.items})
        return Page(tuple(levels.values()), page.cursor)

    async def claim(self, skus: Sequence[str], channels: Sequence[str], lease: float = 0.0) -> Mapping[str, Level]:
        """The levels, with this instance telling each of the channels that nobody else tells."""
        await self._book.refresh()
        return await self._seen(await self._store.claim(skus, channels, lease))

    async def settle(self, sku: str, version: int, told: Mapping[str, Told], own: Mapping[str, int]) -> bool:
        """Store what the channels were told; whether neither the SKU nor a part of it has moved on."""
        if sku not in self._book.bundles.by_sku:
            return await self._store.settle(sku, version, told, own)
        stored = await self._store.levels([sku])
        same = (await self._seen(stored))[sku].stock.version == version
        settled = await self._store.settle(sku, stored[sku].stock.version if same else -1, told, own)
        # A part that moved meanwhile may have been left to this instance, which was still the teller.
        return settled and (await self.levels([sku]))[sku].stock.version == version

    async def _seen(self, levels: Mapping[str, Level]) -> Mapping[str, Level]:
        """The levels with the bundles among them as their parts allow; these are read last, so never older."""
        book = self._book.bundles
        if not book:
            return levels
        ours = [book.by_sku[sku] for sku in levels if sku in book.by_sku]
        parts = list(dict.fromkeys(part.sku for bundle in ours for part in bundle.parts))
        around = await self._store.levels(parts) if parts else {}
        found = {bundle.sku: seen(bundle, levels[bundle.sku], around) for bundle in ours}
        return {sku: found.get(sku) or _placed(level, book) for sku, level in levels.items()}


def _placed(level: Level, book: Bundles) -> Level:
    inside = book.inside.get(level.sku, ())
    return replace(level, part_of=inside) if inside else level


def _seen_after(result: Outcome | Exception, ours: Container[str], after: Mapping[str, Stock]) -> Outcome | Exception:
    if not isinstance(result, Outcome):
        return result
    known = {sku: after.get(sku, stock) for sku, stock in result.after.items() if sku not in ours or sku in after}
    return replace(result, after=known)
