"""Telling one channel: single flight for each SKU, newest wins, owed until confirmed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.channels import ChannelHealth
from core.errors import ChannelError, SyncStateError
from core.listings import listed
from core.ports import Marketplace, Pushed, Want
from core.stock import Level, Push, Told

_log = logging.getLogger(__name__)
_FRESH = 0.2
_LONG_AGO = float("-inf")
_PATIENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(frozen=True, slots=True)
class Word:
    """The last word on one SKU and channel: what was told, the version and own sales it was decided on."""

    level: Level
    told: Told
    listing: str = ""


@dataclass(slots=True)
class _Lane:
    level: Level
    read_at: float
    since: float
    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    in_flight: bool = False
    tries: int = 0
    not_before: float = 0.0


class Pusher:
    """Tells `marketplace` what its listings should show.

    `read` gives fresh levels; `settle` stores a word durably and returns the level when that has moved on meanwhile.
    """

    def __init__(
        self,
        marketplace: Marketplace,
        read: Callable[[Sequence[str]], Awaitable[Mapping[str, Level]]],
        settle: Callable[[str, Word], Awaitable[Level | None]],
        clock: Callable[[], float],
    ) -> None:
        self.name = marketplace.name
        self._marketplace = marketplace
        self._read = read
        self._settle = settle
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}
        self._ready: dict[str, None] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_until = 0.0
        self._strikes = 0
        self._health = ChannelHealth(self.name)

    def health(self) -> ChannelHealth:
        """How the channel is doing, as far as this instance knows."""
        since = [lane.since for lane in self._lanes.values()]
        return replace(self._health, owed=len(since), oldest_owed=min(since, default=0.0))

    def ask(self, level: Level) -> asyncio.Future[None] | None:
        """Tell the channel this level: resolved when it is told or durably owed; None when it already shows it."""
        lane = self._lanes.get(level.sku)
        if lane is None:
            if not self.wants(level):
                return None
            lane = self._lanes[level.sku] = _Lane(level, self._clock(), self._clock())
        elif level.stock.version >= lane.level.stock.version:
            lane.level, lane.read_at, lane.not_before = level, self._clock(), 0.0
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lane.waiting.append(future)
        if not lane.in_flight:
            self._ready[level.sku] = None
            self._start()
        return future

    def wants(self, level: Level) -> bool:
        """Whether the channel has still to be told this level."""
        if not level.stock.managed or self.name in level.claimed:
            return False
        told = level.told.get(self.name)
        if told is None or told.status is not Push.CONFIRMED:
            return True
        return told.quantity != listed(level.stock) or bool(level.own.get(self.name))

    def is_telling(self, sku: str) -> bool:
        """Whether a push of this SKU is in flight."""
        lane = self._lanes.get(sku)
        return lane is not None and lane.in_flight

    async def stop(self) -> None:
        """Let what is in flight finish; the rest stays owed in the store."""
        self._quiet_until = float("inf")
        while self._running:
            await asyncio.wait(self._running)

    def _start(self) -> None:
        now = self._clock()
        if now < self._quiet_until:
            self._later(self._quiet_until - now)
            return
        while self._ready and len(self._running) < self._marketplace.at_once:
            batch = self._take(now)
            if not batch:
                return
            task = asyncio.get_running_loop().create_task(self._run(batch))
            self._running.add(task)
            task.add_done_callback(self._done)

    def _take(self, now: float) -> list[str]:
        due = [sku for sku in self._ready if self._lanes[sku].not_before <= now][: self._marketplace.batch]
        for sku in due:
            del self._ready[sku]
            self._lanes[sku].in_flight = True
        if not due:
            self._later(min(self._lanes[sku].not_before for sku in self._ready) - now)
        return due

    def _later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if seconds != float("inf"):
            self._timer = asyncio.get_running_loop().call_later(max(0.01, seconds), self._start)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._start()

    async def _run(self, batch: list[str]) -> None:
        try:
            levels = await self._levels(batch)
            pushed = await self._push([levels[sku] for sku in batch if self.wants(levels[sku])])
            for sku in batch:
                await self._close(sku, levels[sku], pushed.get(sku))
        except SyncStateError as error:
            _log.warning("%s: %s", self.name, error)
            self._strike(str(error), 0.0)
            self._put_back(batch, error)
        except Exception as error:  # noqa: BLE001 - the outermost edge of this task: nothing may stay in flight for ever
            _log.exception("%s: a push failed in a way nobody foresaw", self.name)
            self._strike(type(error).__name__, 0.0)
            self._put_back(batch, error)

    async def _levels(self, batch: list[str]) -> dict[str, Level]:
        now = self._clock()
        stale = [sku for sku in batch if now - self._lanes[sku].read_at > _FRESH]
        fresh = await self._read(stale) if stale else {}
        return {sku: fresh.get(sku) or self._lanes[sku].level for sku in batch}

    async def _push(self, levels: Sequence[Level]) -> dict[str, Pushed]:
        wants = [_want(self.name, level) for level in levels]
        if not wants:
            return {}
        try:
            answers = await self._marketplace.push(wants)
        except ChannelError as error:
            self._strike(error.reason, error.retry_after)
            return {want.sku: Pushed(want.sku, ok=False, error=error.reason) for want in wants}
        self._strikes = 0
        self._health = replace(self._health, last_success=self._clock(), error="", failing_since=0.0)
        return {answer.sku: answer for answer in answers}

    def _strike(self, reason: str, retry_after: float) -> None:
        wait = max(retry_after, _PATIENCE[min(self._strikes, len(_PATIENCE) - 1)])
        self._strikes += 1
        self._quiet_until = self._clock() + wait
        self._health = replace(self._health, error=reason, failing_since=self._health.failing_since or self._clock())

    async def _close(self, sku: str, level: Level, pushed: Pushed | None) -> None:
        lane = self._lanes[sku]
        if pushed is None:
            self._free(sku)
            return
        word = Word(level, _told(self.name, level, pushed, self._clock()), pushed.listing)
        moved_on = await self._settle(sku, word)
        if moved_on is not None and moved_on.stock.version > lane.level.stock.version:
            lane.level = moved_on
        if word.told.status is Push.OWED:
            self._retry(sku)
            _release(lane)
        elif lane.level.stock.version > level.stock.version:
            lane.in_flight, lane.tries, lane.read_at = False, 0, _LONG_AGO
            self._ready[sku] = None
        else:
            self._free(sku)

    def _put_back(self, batch: list[str], error: Exception) -> None:
        for sku in batch:
            lane = self._lanes.get(sku)
            if lane is not None and lane.in_flight:
                self._retry(sku)
                _release(lane, error)

    def _retry(self, sku: str) -> None:
        lane = self._lanes[sku]
        lane.in_flight, lane.read_at = False, _LONG_AGO
        lane.not_before = self._clock() + _PATIENCE[min(lane.tries, len(_PATIENCE) - 1)]
        lane.tries += 1
        self._ready[sku] = None

    def _free(self, sku: str) -> None:
        _release(self._lanes.pop(sku))


def _release(lane: _Lane, error: Exception | None = None) -> None:
    for future in lane.waiting:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
    lane.waiting.clear()


def _want(channel: str, level: Level) -> Want:
    told = level.told.get(channel)
    shows = told.quantity if told else None
    return Want(
        sku=level.sku,
        listing=level.links.get(channel, ""),
        quantity=listed(level.stock),
        expected=None if shows is None else max(0, shows - level.own.get(channel, 0)),
        key=f"{channel}-{level.sku}-{level.stock.version}",
    )


def _told(channel: str, level: Level, pushed: Pushed, now: float) -> Told:
    before = level.told.get(channel)
    if pushed.ok:
        return Told(listed(level.stock), level.stock.version, now, Push.CONFIRMED)
    owed_since = before.owed_since if before and before.owed_since else now
    status = Push.REFUSED if pushed.final else Push.OWED
    quantity, version, at = (before.quantity, before.version, before.at) if before else (None, 0, 0.0)
    return Told(quantity, version, at, status, pushed.error, owed_since)
