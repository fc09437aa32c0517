"""What goes on beside an Amazon account: its queue read, its returns reports fetched, people told of trouble."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from core.changes import Notice
from core.errors import SyncStateError
from core.jobs import Job
from core.marketplaces.amazon.channel import Amazon
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.queue_reader import QueueReader, Ties
from core.marketplaces.amazon.queue_watch import notice_of, warning_of
from core.marketplaces.amazon.returns_desk import ReturnsDesk
from core.schedule import Every
from core.service import Service

_log = logging.getLogger(__name__)
_RETURNS_EVERY, _RETURNS_LEASE = 300.0, 250.0
_WATCH_EVERY = 15.0
_DRAIN_SECONDS = 5.0


class Attendant:
    """Attends to the Amazon account of `service`, if it has one; `report` tells people."""

    def __init__(self, service: Service, report: Callable[[Notice], Awaitable[None]]) -> None:
        channel = service.marketplaces.get(CHANNEL)
        self._amazon = channel if isinstance(channel, Amazon) else None
        self._service = service
        self._report = report
        self._reader = self._make_reader()

    def jobs(self) -> list[Job]:
        """The periodic work."""
        if self._amazon is None or not self._amazon.can_push:
            return []
        service, store = self._service, self._service.store
        desk = ReturnsDesk(self._amazon.reports, store.note, store.save_note, service.receive, service.clock)
        return [Job("amazon-returns", Every(_RETURNS_EVERY), lambda _: desk.step(), lease=_RETURNS_LEASE, outward=True)]

    def warning(self) -> str:
        """What hinders it just now, in a few words, or ""."""
        return "" if self._reader is None else warning_of(self._reader.health)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """The queue being read, where there is one, and people told when it cannot be."""
        if self._reader is None:
            yield
            return
        reading = asyncio.create_task(self._reader.run())
        watching = asyncio.create_task(self._watch(self._reader))
        try:
            yield
        finally:
            self._reader.stop()
            watching.cancel()
            await asyncio.wait({reading}, timeout=_DRAIN_SECONDS)
            reading.cancel()
            await asyncio.gather(reading, watching, return_exceptions=True)

    def _make_reader(self) -> QueueReader | None:
        amazon, service = self._amazon, self._service
        if amazon is None or amazon.queue is None:
            return None
        ties = Ties(
            parse=lambda body: amazon.parse({}, body, service.clock()),
            receive=lambda messages: service.receive(CHANNEL, messages),
            clock=service.clock,
            sleep=asyncio.sleep,
        )
        return QueueReader(amazon.queue, ties)

    async def _watch(self, reader: QueueReader) -> None:
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            notice = notice_of(reader.health, self._service.clock())
            try:
                if notice is not None:
                    await self._report(notice)
            except SyncStateError as error:
                _log.warning("people are told of Amazon's queue later: %s", error)
