"""Looking at all SKUs of a channel whose terms changed; gone on with by whoever is left."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import orjson

from core.ahead import work_ahead
from core.follow_up import FollowUp
from core.ports import Store
from core.terms import Terms, Walk
from core.terms_desk import TermsDesk

_AT_ONCE = 200
_LEASE = 60.0
_NOTE = "walk"
_MOST_LEFT = 2_000
_ROUNDS = 3
_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Walker:
    """Walks for one instance, named `owner`; `clock` gives epoch seconds and `sleep` waits."""

    store: Store
    follow_up: FollowUp
    desk: TermsDesk
    owner: str
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    async def walk(self) -> None:
        """Do every walk that is due, unless another instance is at it; Unavailable leaves it due."""
        await self.desk.refresh()
        for channel in self.follow_up.channels:
            terms = self.desk.of(channel)
            while terms.walk is not Walk.NONE and await self._is_mine():
                if await self._walked(channel, terms.walk):
                    terms = await self.desk.change(channel, _done(terms))
                else:
                    return

    async def _walked(self, channel: str, walk: Walk) -> bool:
        """Whether every SKU could be looked at."""
        again = walk is Walk.AGAIN
        left: list[str] = []
        look = functools.partial(self.follow_up.revisit, again=again)
        async with aclosing(work_ahead(self._pages(channel, walk), look)) as done:
            async for missed in done:
                left += missed
                if len(left) > _MOST_LEFT or not await self._is_mine():
                    return False
        for _ in range(_ROUNDS):
            if left:
                await self.sleep(_PAUSE)
                left = await self.follow_up.revisit(left, again=again)
        return not left

    async def _pages(self, channel: str, walk: Walk) -> AsyncIterator[Sequence[str]]:
        cursor = ""
        while True:
            if walk is Walk.OWED:
                owed = await self.store.owed(channel, cursor, _AT_ONCE)
                yield owed.items
                cursor = owed.cursor
            else:
                page = await self.store.list_levels(cursor, _AT_ONCE)
                again = walk is Walk.AGAIN
                yield [level.sku for level in page.items if self.follow_up.wants(level, again=again)]
                cursor = page.cursor
            if not cursor:
                return

    async def _is_mine(self) -> bool:
        """Whether this instance may walk, for a while from now on."""
        before = await self.store.note(_NOTE)
        owner, until = orjson.loads(before) if before else ("", 0.0)
        if owner != self.owner and until > self.clock():
            return False
        return await self.store.swap_note(_NOTE, before, orjson.dumps([self.owner, self.clock() + _LEASE]))


def _done(walked: Terms) -> Callable[[Terms], Terms]:
    def change(terms: Terms) -> Terms:
        return replace(terms, walk=Walk.NONE) if terms.changed_at == walked.changed_at else terms

    return change
