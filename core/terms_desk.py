"""The terms of every channel, kept in one note that all instances read within seconds of a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.errors import Unavailable
from core.ports import Store
from core.terms import USUAL, Terms, dump_terms, load_terms

TERMS_NOTE = "channels"
_FRESH = 2.0
_TRIES = 20


class TermsDesk:
    """The one way the terms are read and changed; `clock` gives seconds."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._terms: Mapping[str, Terms] = {}
        self._read_at = float("-inf")
        self._changes = 0

    def of(self, channel: str) -> Terms:
        """The channel's terms, as of the last refresh."""
        return self._terms.get(channel, USUAL)

    async def refresh(self) -> None:
        """Read the terms unless that was done in the last 2 seconds; Unavailable."""
        if not 0 <= self._clock() - self._read_at < _FRESH:
            changes = self._changes
            terms = load_terms(await self._store.note(TERMS_NOTE))
            if changes == self._changes:  # what was read may be older than what was changed here meanwhile
                self._keep(terms)

    async def change(self, channel: str, change: Callable[[Terms], Terms]) -> Terms:
        """Change the channel's terms, durably and on top of what others have changed; Unavailable."""
        for _ in range(_TRIES):
            before = await self._store.note(TERMS_NOTE)
            terms = load_terms(before)
            terms[channel] = change(terms.get(channel, USUAL))
            body = dump_terms(terms)
            if body == before or await self._store.swap_note(TERMS_NOTE, before, body):
                self._changes += 1
                self._keep(terms)
                return terms[channel]
        raise Unavailable("the channels' terms change too fast to be saved")

    def _keep(self, terms: Mapping[str, Terms]) -> None:
        self._terms, self._read_at = terms, self._clock()
