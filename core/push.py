"""Telling one channel: single flight for each SKU, newest wins, owed until confirmed."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from core.backlog import Backlog, in_parts
from core.channels import ChannelHealth
from core.errors import ChannelError, SyncStateError, Unavailable
from core.listings import listed
from core.ports import Marketplace, Pushed, Want
from core.stock import Level, Push, Told

_log = logging.getLogger(__name__)
_FRESH = 0.2
_ECHO_SECONDS, _ECHOES = 60.0, 20_000
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
        self._backlog = Backlog(marketplace, clock)
        self._lanes: dict[str, _Lane] = {}
        self._ready: dict[str, None] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._lately: deque[tuple[float, str, int]] = deque(maxlen=_ECHOES)
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_until, self._strikes, self._starting = 0.0, 0, False
        self._health = ChannelHealth(self.name)

    def health(self) -> ChannelHealth:
        """How the channel is doing, as far as this instance knows."""
        oldest = min((lane.since for lane in self._lanes.values()), default=0.0)
        return replace(self._health, owed=len(self._lanes), oldest_owed=oldest)

    def ask(self, level: Level) -> asyncio.Future[None] | None:
        """Tell the channel this level: resolved when it is told or durably owed; None when it already shows it.

        Unavailable while another instance is its teller: it may not know of this level yet, so look again later.
        """
        lane = self._lanes.get(level.sku)
        if lane is None:
            if not self.differs(level):
                return None
            if (elsewhere := self._elsewhere(level)) is not None:
                raise elsewhere
            lane = self._lanes[level.sku] = _Lane(level, self._clock(), self._clock())
        elif level.stock.version >= lane.level.stock.version:
            lane.level, lane.read_at, lane.not_before = level, self._clock(), 0.0
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lane.waiting.append(future)
        if not lane.in_flight:
            self._ready[level.sku] = None
            self._soon()
        return future

    def wants(self, level: Level) -> bool:
        """Whether the channel has still to be told this level, by this instance."""
        return self.name not in level.claimed and self.differs(level)

    def _elsewhere(self, level: Level) -> Unavailable | None:
        if self.name not in level.claimed or not self.differs(level):
            return None
        return Unavailable(f"another instance tells {self.name} of {level.sku}")

    def differs(self, level: Level) -> bool:
        """Whether the channel shows something else than this level, by all we know."""
        if not level.stock.managed:
            return False
        told = level.told.get(self.name)
        if told is None or told.status is not Push.CONFIRMED:
            return True
        return told.quantity != listed(level.stock) or bool(level.own.get(self.name))

    def lately_told(self, sku: str) -> frozenset[int]:
        """The quantities that the channel took for the SKU in the last minute."""
        while self._lately and self._lately[0][0] < self._clock() - _ECHO_SECONDS:
            self._lately.popleft()
        return frozenset(quantity for _, told, quantity in self._lately if told == sku)

    def is_telling(self, sku: str) -> bool:
        """Whether a push of this SKU is in flight, or about to be."""
        lane = self._lanes.get(sku)
        now = self._clock()
        return lane is not None and (lane.in_flight or (now >= self._quiet_until and lane.not_before <= now))

    def _soon(self) -> None:
        """Start once all that is asked at this moment is there, so that it goes in one batch."""
        if not self._starting:
            self._starting = True
            asyncio.get_running_loop().call_soon(self._start)

    async def stop(self) -> None:
        """Let what is in flight finish; the rest is owed in the store."""
        self._quiet_until = float("inf")
        self._backlog.stop()
        self._start()
        while self._running:
            await asyncio.wait(self._running)

    def _start(self) -> None:
        self._starting = False
        now = self._clock()
        if now < self._quiet_until:
            self._later(self._quiet_until - now)
            self._owe()
            return
        while piece := self._backlog.piece(self._ready, lambda sku: self._lanes[sku].not_before <= now):
            self._backlog.began(self._begin(piece, self._run(piece)))
        while self._ready and len(self._running) - len(self._backlog) < self._marketplace.at_once:
            due = (sku for sku in self._backlog.in_order(self._ready) if self._lanes[sku].not_before <= now)
            batch = list(islice(due, self._marketplace.batch))
            if not batch:
                self._later(min(self._lanes[sku].not_before for sku in self._ready) - now)
                return
            _ = self._begin(batch, self._run(batch))

    def _owe(self) -> None:
        """While the channel is left alone, what waits for it is owed durably, so that nothing else waits with it."""
        asked = [sku for sku in self._ready if self._lanes[sku].waiting]
        levels = {sku: self._lanes[sku].level for sku in asked}
        known = [sku for sku, level in levels.items() if self._is_owed(level) or not self.wants(level)]
        for sku in known:
            _release(self._lanes[sku], self._elsewhere(levels.pop(sku)))
        if levels:
            answers = {sku: Pushed(sku, ok=False, error=self._health.error) for sku in levels}
            _ = self._begin(list(levels), self._close_all(levels, answers))

    def _is_owed(self, level: Level) -> bool:
        told = level.told.get(self.name)
        return told is not None and told.status is Push.OWED

    def _begin(self, batch: Sequence[str], work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        for sku in batch:
            del self._ready[sku]
            self._lanes[sku].in_flight = True
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

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
        except SyncStateError as error:
            self._put_back(batch, error)
        except Exception as error:  # noqa: BLE001 - the outermost edge of this task: nothing may stay in flight for ever
            self._strike(type(error).__name__, 0.0)
            self._put_back(batch, error)
        else:
            await self._close_all(levels, pushed)

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
        given = {answer.sku: answer for answer in answers}
        self._lately.extend((self._clock(), want.sku, want.quantity) for want in wants)
        return {want.sku: given.get(want.sku, Pushed(want.sku, ok=False, error="it gave no answer")) for want in wants}

    def _strike(self, reason: str, retry_after: float) -> None:
        wait = max(retry_after, _PATIENCE[min(self._strikes, len(_PATIENCE) - 1)])
        self._strikes += 1
        self._quiet_until = self._clock() + wait
        self._health = replace(self._health, error=reason, failing_since=self._health.failing_since or self._clock())

    async def _close_all(self, levels: Mapping[str, Level], pushed: Mapping[str, Pushed]) -> None:
        await in_parts(self._close(sku, level, pushed.get(sku)) for sku, level in levels.items())

    async def _close(self, sku: str, level: Level, pushed: Pushed | None) -> None:
        lane = self._lanes[sku]
        word = None if pushed is None else Word(level, _told(self.name, level, pushed, self._clock()), pushed.listing)
        try:
            moved_on = None if word is None else await self._settle(sku, word)
        except Exception as error:  # noqa: BLE001 - the same edge: the other SKUs of the batch are closed all the same
            self._put_back([sku], error)
            return
        if moved_on is not None and moved_on.stock.version > lane.level.stock.version:
            lane.level = moved_on
        if word is not None and word.told.status is Push.OWED:
            self._retry(sku)
            _release(lane)
        elif lane.level.stock.version > level.stock.version:
            lane.in_flight, lane.tries, lane.read_at = False, 0, _LONG_AGO
            self._ready[sku] = None
        else:
            _release(self._lanes.pop(sku), None if word else self._elsewhere(level))

    def _put_back(self, batch: Sequence[str], error: Exception) -> None:
        known = isinstance(error, SyncStateError)
        _log.log(logging.WARNING if known else logging.ERROR, "%s: %s", self.name, error, exc_info=not known)
        for sku in batch:
            self._retry(sku)
            _release(self._lanes[sku], error)

    def _retry(self, sku: str) -> None:
        lane = self._lanes[sku]
        lane.in_flight, lane.read_at = False, _LONG_AGO
        lane.not_before = self._clock() + _PATIENCE[min(lane.tries, len(_PATIENCE) - 1)]
        lane.tries += 1
        self._ready[sku] = None


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
