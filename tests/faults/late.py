"""A store of ten changes in so many seconds: what an instance can do has a bound that is the same on any machine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from core.changes import Change, Committed
from core.ports import Store


class _Late:
    group_size = 10
    groups_at_once = 1

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def commit(self, changes: Sequence[Change]) -> Committed:
        """Commit them, and come back later."""
        committed = await self._store.commit(changes)
        await asyncio.sleep(self._seconds)
        return committed


def late(store: Store, seconds: float) -> Store:
    """The store, ten changes at a time, each time so many seconds slower."""
    return cast("Store", _Late(store, seconds)) if seconds else store
