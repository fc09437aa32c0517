"""Which feeds are under way, over all instances: what one that died has left behind may overwrite what others tell."""

from __future__ import annotations

import logging
from collections.abc import Callable

import orjson

from core.errors import SyncStateError
from core.ports import Notes

_log = logging.getLogger(__name__)
_NOTE = "amazon#feeds"
_UNNAMED = "?"
_LIFE = 60.0
_FORGOTTEN = 600.0
_TRIES = 8


class FeedLog:
    """Feeds by id, each with when its maker last gave a sign; `clock` gives epoch seconds.

    A maker gives one at least every 15 s, and its claims on the SKUs of a feed outlive it by more than `_LIFE`: so a
    feed that is left behind is known before anybody else tells one of them.
    """

    def __init__(self, clock: Callable[[], float], fresh_id: Callable[[], str]) -> None:
        self._clock = clock
        self._fresh_id = fresh_id
        self._notes: Notes | None = None
        self._ours: set[str] = set()

    def keep_in(self, notes: Notes) -> None:
        """Remember them there from now on."""
        self._notes = notes

    async def begin(self) -> str:
        """Note that a feed is about to be made; the name of it until it has an id. Unavailable."""
        name = f"{_UNNAMED}{self._fresh_id()}"
        self._ours.add(name)
        await self._change(lambda feeds: {**feeds, name: self._clock() + _LIFE})
        return name

    async def rename(self, name: str, feed_id: str) -> None:
        """The feed has an id now; Unavailable."""
        self._ours.add(feed_id)
        await self._change(lambda feeds: {**_without(feeds, name), feed_id: self._clock() + _LIFE})
        self._ours.discard(name)

    async def sign(self, feed_id: str) -> None:
        """Its maker is still there."""
        await self._try(lambda feeds: {**feeds, feed_id: self._clock() + _LIFE})

    async def end(self, feed_id: str) -> None:
        """It can overwrite nothing any more."""
        await self._try(lambda feeds: _without(feeds, feed_id))
        self._ours.discard(feed_id)

    async def look(self) -> tuple[frozenset[str], frozenset[str]]:
        """The feeds whose maker gives no sign any more, and those that are in somebody's hands. Unavailable."""
        feeds = {} if self._notes is None else _read(await self._notes.note(_NOTE))
        now = self._clock()
        gone = frozenset(name for name, until in feeds.items() if until < now) - self._ours
        return gone, frozenset(feeds.keys() | self._ours) - gone

    def give_up(self, feed_id: str) -> None:
        """It is nobody's from now on."""
        self._ours.discard(feed_id)

    async def _try(self, change: Callable[[dict[str, float]], dict[str, float]]) -> None:
        try:
            await self._change(change)
        except SyncStateError as error:
            _log.warning("other instances do not hear of a feed: %s", error)

    async def _change(self, change: Callable[[dict[str, float]], dict[str, float]]) -> None:
        if self._notes is None:
            return
        for _ in range(_TRIES):
            before = await self._notes.note(_NOTE)
            feeds = _read(before)
            after = {name: until for name, until in change(feeds).items() if not self._is_forgotten(name, until)}
            if after == feeds or await self._notes.swap_note(_NOTE, before, orjson.dumps(after)):
                return
        _log.warning("other instances do not hear of a feed: they are all at it")

    def _is_forgotten(self, name: str, until: float) -> bool:
        return is_unnamed(name) and until + _FORGOTTEN < self._clock()


def is_unnamed(name: str) -> bool:
    """Whether the feed has no id yet that is known."""
    return name.startswith(_UNNAMED)


def _read(note: bytes | None) -> dict[str, float]:
    return dict(orjson.loads(note)) if note else {}


def _without(feeds: dict[str, float], name: str) -> dict[str, float]:
    return {each: until for each, until in feeds.items() if each != name}
