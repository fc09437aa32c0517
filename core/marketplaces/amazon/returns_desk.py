"""Fetching Amazon's returns reports: asked for every six hours, read once Amazon has made them, each row once.

What was asked for is remembered in the store, so that any instance goes on where another stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from core.errors import SyncStateError
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.reports import Made, Reports
from core.marketplaces.amazon.return_rows import FBA, MFN, Reader
from core.messages import Message

_log = logging.getLogger(__name__)
_DAY = 86_400.0
_EVERY = 6 * 3_600.0
_NOTE = "amazon-returns"
# How far back each time: a unit may be entered late. Less than the 30 days for which the ledger knows a row again.
_BACK = 28 * _DAY
# What came before the first time has been dealt with without us.
_FIRST_BACK = 2 * _DAY


@dataclass(frozen=True, slots=True)
class Asked:
    """When the newest and the first reports were asked for (epoch s); kinds and ids of those still to be read."""

    at: float = 0.0
    first: float = 0.0
    waiting: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnsDesk:
    """One step at a time: `note` and `save_note` are the store's, `receive` makes durable what a channel says."""

    reports: Reports
    note: Callable[[str], Awaitable[bytes | None]]
    save_note: Callable[[str, bytes], Awaitable[None]]
    receive: Callable[[str, Sequence[Message]], Awaitable[object]]
    clock: Callable[[], float]

    async def step(self) -> None:
        """Read what is there by now; when nothing is awaited and six hours are over, ask anew.

        A report that cannot be had harms no other; the next one tells its rows too.
        """
        asked = _read(await self.note(_NOTE))
        if asked.waiting:
            left = tuple([each for each in asked.waiting if not await self._is_over(*each, asked.at)])
            if left != asked.waiting:
                await self._save(Asked(asked.at, asked.first, left))
        elif (now := self.clock()) - asked.at >= _EVERY:
            first = asked.first or now
            found = await self._ask(max(first - _FIRST_BACK, now - _BACK), now)
            await self._save(Asked(now, first, tuple(found.items())))

    async def _ask(self, since: float, until: float) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for kind in (FBA, MFN):
            try:
                found[kind] = await self.reports.ask(kind, since, until)
            except SyncStateError as error:
                _log.warning("%s cannot be asked for: %s", kind, error)
        return found

    async def _is_over(self, kind: str, report_id: str, asked_at: float) -> bool:
        """Whether nothing is to be awaited of the report any more."""
        try:
            state, document_id = await self.reports.look(report_id)
            if state is Made.DONE:
                await self._take(kind, document_id)
        except SyncStateError as error:
            _log.warning("%s is not read yet: %s", kind, error)
            return self.clock() - asked_at >= _EVERY
        if state is Made.FAILED:
            _log.warning("Amazon could not make %s; the next one is asked for later", kind)
        return state is not Made.NOT_YET or self.clock() - asked_at >= _EVERY

    async def _take(self, kind: str, document_id: str) -> None:
        reader, count = Reader(kind), 0
        async for rows in self.reports.rows(document_id):
            await self.receive(CHANNEL, reader.read(rows, self.clock()))
            count += len(rows)
        _log.info("%s told %d rows", kind, count)

    async def _save(self, asked: Asked) -> None:
        await self.save_note(_NOTE, orjson.dumps([asked.at, asked.first, asked.waiting]))


def _read(note: bytes | None) -> Asked:
    if note is None:
        return Asked()
    at, first, waiting = orjson.loads(note)
    return Asked(float(at), float(first), tuple((kind, report_id) for kind, report_id in waiting))
