"""What every instance knows of the bundles: one note, read before each commit unless that was done 2 seconds ago."""

from __future__ import annotations

from collections.abc import Callable

from core.bundles import NONE, Bundle, Bundles, dump_bundles, load_bundles
from core.ports import Store

NOTE = "bundles"
_FRESH = 2.0


class BundleBook:
    """The one way the note is read and changed; `store` is as it is, `clock` gives seconds."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self.store = store
        self._clock = clock
        self._bundles = NONE
        self._read_at = float("-inf")
        self._heard: dict[tuple[str, int], float] = {}

    @property
    def bundles(self) -> Bundles:
        """The bundles, as of the last time they were read."""
        return self._bundles

    def heard_at(self, bundle: Bundle) -> float:
        """When this instance heard first of what is said of the bundle now (epoch s)."""
        return self._heard.setdefault((bundle.sku, bundle.edition), self._clock())

    async def refresh(self) -> None:
        """Read the bundles unless that was done in the last 2 seconds; Unavailable."""
        if not 0 <= self._clock() - self._read_at < _FRESH:
            await self.read()

    async def read(self) -> Bundles:
        """The bundles as they are now; Unavailable."""
        return self._keep(load_bundles(await self.store.note(NOTE)))

    async def swap(self, before: Bundles, after: Bundles) -> bool:
        """Say this in the place of what was read; False when somebody was faster. Unavailable."""
        old, new = dump_bundles(before) if before else None, dump_bundles(after)
        if old != new and not await self.store.swap_note(NOTE, old, new):
            return False
        self._keep(after)
        return True

    def _keep(self, bundles: Bundles) -> Bundles:
        self._bundles, self._read_at = bundles, self._clock()
        for bundle in bundles.by_sku.values():
            if not bundle.founded:
                self.heard_at(bundle)
        return bundles
