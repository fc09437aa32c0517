"""Saying what is a bundle: durably, told to every instance, and only then written into the ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from core.bundle_book import BundleBook
from core.bundles import Bundle, Bundles, check_parts, renewed, with_bundle
from core.changes import Change, Outcome
from core.errors import BadInput, NotFound, Unavailable
from core.stock import Level, Part, Parts, check_sku
from core.unbundling import Founding, unbundle

_SETTLING = 6.0  # no commit of an instance that has not heard of a bundle takes longer
_TRIES = 20


class BundleDesk:
    """The one way bundles are said; `submit` commits a change and `clock` gives epoch seconds.

    Where several instances share the store, a bundle is founded 6 seconds after it was said: by then all know of it.
    """

    def __init__(
        self, book: BundleBook, submit: Callable[[Change], Awaitable[Outcome]], clock: Callable[[], float]
    ) -> None:
        self.book = book
        self._store = book.store
        self._submit = submit
        self._clock = clock

    async def dress(self, change: Change) -> Change:
        """The change as it is to be committed: parts move in the place of bundles; Unavailable."""
        await self.book.refresh()
        return unbundle(change, self.book.bundles)

    async def define(self, sku: str, parts: Iterable[Part], actor: str) -> Bundle:
        """Have the SKU made of these; BadInput where that cannot be, Unavailable."""
        made_of = check_parts(check_sku(sku), parts, await self.book.read())
        levels = await self._store.levels([sku, *(part.sku for part in made_of)])
        _check_levels(sku, made_of, levels)
        return await self._say(sku, lambda book: check_parts(sku, made_of, book), actor)

    async def dissolve(self, sku: str, actor: str) -> Bundle:
        """Have the SKU be an ordinary one again, with nothing on hand; NotFound where it is no bundle, Unavailable."""

        def nothing(book: Bundles) -> Parts:
            if not book.parts(sku):
                raise NotFound("bundle", sku)
            return ()

        return await self._say(check_sku(sku), nothing, actor)

    async def found_due(self) -> None:
        """Write into the ledger what was said long enough ago; Unavailable."""
        await self.book.refresh()
        for bundle in list(self.book.bundles.by_sku.values()):
            if not bundle.founded and self._is_settled(bundle):
                await self._found(bundle)

    def _is_settled(self, bundle: Bundle) -> bool:
        return not self._store.shared or self._clock() - self.book.heard_at(bundle) >= _SETTLING

    async def _say(self, sku: str, decide: Callable[[Bundles], Parts], actor: str) -> Bundle:
        def change(book: Bundles, versions: int) -> Bundle:
            before, parts = book.by_sku.get(sku), decide(book)
            if before is not None and before.parts == parts:
                return before
            return renewed(before, sku, parts, versions, self._clock(), actor)

        bundle = await self._change(sku, change)
        if not bundle.founded and self._is_settled(bundle):
            return await self._found(bundle)
        return bundle

    async def _found(self, bundle: Bundle) -> Bundle:
        await self._submit(Founding(bundle, self._clock()))
        founded = replace(bundle, founded=True)

        def change(book: Bundles, _: int) -> Bundle:
            now = book.by_sku.get(bundle.sku, founded)
            return founded if now.edition == bundle.edition else now

        return await self._change(bundle.sku, change)

    async def _change(self, sku: str, change: Callable[[Bundles, int], Bundle]) -> Bundle:
        """Say something of the bundle, durably and on top of what others have said."""
        for _ in range(_TRIES):
            before = await self.book.read()
            bundle = change(before, await self._versions(before.parts(sku)))
            if await self.book.swap(before, with_bundle(before, bundle)):
                return bundle
        raise Unavailable("the bundles change too fast to be saved")

    async def _versions(self, parts: Parts) -> int:
        levels = await self._store.levels([part.sku for part in parts]) if parts else {}
        return sum(level.stock.version for level in levels.values())


def _check_levels(sku: str, parts: Parts, levels: Mapping[str, Level]) -> None:
    unset = next((part.sku for part in parts if not levels[part.sku].stock.managed), "")
    if unset:
        raise BadInput("parts", f"cannot have {unset} among them yet: set its stock first")
    if levels[sku].stock.physical:
        units = levels[sku].stock.physical
        raise BadInput("sku", f"has {units:,} on hand by itself: set it to 0 first, a bundle has what its parts have")
