"""Doing what instances that crashed or were hindered left undone."""

from __future__ import annotations

from core.changes import Mark
from core.follow_up import FollowUp
from core.ports import Store

_AT_ONCE = 200
_PATIENCE = 1.0


class Sweeper:
    """Sweeps for one instance.

    What one channel holds up for hours hides nothing: marks that are under way here are passed over, and those that
    came to nothing before, such as another instance's own, come after those that are new.
    """

    def __init__(self, store: Store, follow_up: FollowUp) -> None:
        self._store = store
        self._follow_up = follow_up
        self._tried: dict[str, None] = {}

    async def sweep(self, before: float) -> None:
        """Take up what was begun before that time (epoch s) and left; what takes long goes on in the background."""
        found = await self._left(before)
        self._tried = {each: None for each in self._tried if each in found}
        new = [each for each in found if each not in self._tried][:_AT_ONCE]
        batch = [*new, *list(self._tried)[:_AT_ONCE]]
        for each in batch:
            self._tried.pop(each, None)
            self._tried[each] = None
        await self._follow_up.take_up([found[each] for each in batch], _PATIENCE)

    async def _left(self, before: float) -> dict[str, Mark]:
        """The oldest marks that nobody is at here, by id: some more than were tried before."""
        busy = self._follow_up.under_way
        marks = await self._store.unfinished(before, _AT_ONCE + len(self._tried) + len(busy))
        return {mark.mark_id: mark for mark in marks if mark.mark_id not in busy}
