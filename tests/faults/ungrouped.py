"""A build without group commit: every change is a transaction of its own, which shows what grouping is worth."""

from __future__ import annotations

from typing import Any, cast

from core.ports import Store


class _Ungrouped:
    group_size = 1

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)


def ungrouped(store: Store) -> Store:
    """The store, taking one change at a time."""
    return cast("Store", _Ungrouped(store))
