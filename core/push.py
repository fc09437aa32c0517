"""Telling one channel: single flight for each SKU, newest wins, owed until confirmed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from itertools import islice

from core import words
from core.backlog import Backlog, in_parts
from core.channels import ChannelHealth
from core.errors import SyncStateError, Unavailable
from core.expected import Outlook, Step, next_step
from core.lanes import LONG_AGO, Lane
from core.ports import Marketplace
from core.pulse import Pulse
from core.stock import Level, Push
from core.teller import Teller
from core.ties import Ties
from core.words import Word

_log = logging.getLogger(__name__)
_GATHER = 0.5
_MOST_UNWRITTEN = 2_000
_LATER = "it is told as soon as it can be"
_LAST_SECONDS = 2.0


class Pusher:
    """Tells `marketplace` what its listings should show."""

    def __init__(self, marketplace: Marketplace, ties: Ties) -> None:
        self.name = marketplace.name
        self._marketplace = marketplace
        self._ties = ties
        self._clock = ties.clock
        self._pulse = Pulse(self.name, ties.clock)
        self._backlog = Backlog(marketplace, ties.clock)
        self._teller = Teller(marketplace, ties, self._pulse, self._backlog)
        self._lanes: dict[str, Lane] = {}
        self._ready: dict[str, None] = {}
        self._new: dict[str, None] = {}
        self._waited_for: dict[str, None] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._calls, self._unwritten, self._called = 0, 0, LONG_AGO
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: Unavailable | None = None
        self._starting = False

    def health(self) -> ChannelHealth:
        """How the channel is doing, as far as this instance knows."""
        return self._pulse.health(len(self._lanes))

    def ask(self, level: Level, *, again: bool = False, sure: bool = True) -> asyncio.Future[None] | None:
        """Tell the channel this level: resolved when it is told or durably owed; None when it already shows it.

        Unavailable while another instance is its teller: it may not know of this level yet, so look again later.
        `again`: even if the channel said of late that it does not list the SKU. `sure`: this instance is its teller
        already; otherwise it asks to be, before it sends anything.
        """
        lane, read_at = self._lanes.get(level.sku), self._clock() if sure else LONG_AGO
        if lane is None:
            if self._step(level, again=again) is Step.REST:
                return None
            if self.name in level.claimed:
                raise self._elsewhere(level)
            lane = self._lanes[level.sku] = Lane(level, read_at, again)
        elif level.stock.version >= lane.level.stock.version:
            lane.level, lane.read_at, lane.not_before, lane.again = level, read_at, 0.0, lane.again or again
        if not lane.in_flight:
            self._ready[level.sku] = self._new[level.sku] = self._waited_for[level.sku] = None
            self._soon()
        return lane.wait()

    def wants(self, level: Level, *, again: bool = False) -> bool:
        """Whether the channel has still to be told this level, by this instance."""
        return self.name not in level.claimed and self._step(level, again=again) is not Step.REST

    def outlook(self, level: Level, *, again: bool = False) -> Outlook:
        """What the channel should show for this level, on its terms."""
        return self._teller.outlook(level, again=again)

    def lately_told(self, sku: str) -> frozenset[int]:
        """The quantities that the channel took for the SKU, or showed before, in the last minute."""
        return self._teller.lately.of(sku)

    def is_telling(self, sku: str) -> bool:
        """Whether a push of this SKU is in flight, or about to be."""
        lane = self._lanes.get(sku)
        now = self._clock()
        return lane is not None and (lane.in_flight or (not self.is_left_alone and lane.not_before <= now))

    @property
    def is_left_alone(self) -> bool:
        """Whether nothing is sent for a while, since the channel did not answer or says so."""
        return self._pulse.quiet > 0.0

    def hurry(self) -> None:
        """Try again at once, however long the channel was to be left alone."""
        self._pulse.hurry()
        for lane in self._lanes.values():
            lane.not_before = 0.0
        self._soon()

    async def stop(self) -> None:
        """Let what is in flight finish, for two seconds; the rest is owed, and its mark stays for the next instance."""
        self._pulse.end()
        self._leaving = Unavailable(f"another instance has to tell {self.name}: this one stops")
        self._backlog.stop()
        self._start()
        ending = asyncio.get_running_loop().call_later(_LAST_SECONDS, self._teller.last_call.end)
        while self._running:
            await asyncio.wait(self._running)
        ending.cancel()

    def _step(self, level: Level, *, again: bool = False) -> Step:
        return next_step(self.outlook(level, again=again))

    def _elsewhere(self, level: Level) -> Unavailable:
        return Unavailable(f"another instance tells {self.name} of {level.sku}")

    def _soon(self) -> None:
        """Start once all that is asked at this moment is there, so that it goes in one batch."""
        if not self._starting:
            self._starting = True
            asyncio.get_running_loop().call_soon(self._start)

    def _start(self) -> None:
        self._starting = False
        now = self._clock()
        quiet = self._pulse.quiet
        self._write_down(is_quiet=quiet > 0.0)
        if quiet > 0.0:
            self._later(quiet)
            return
        while piece := self._backlog.piece(self._ready, lambda sku: self._lanes[sku].not_before <= now):
            self._backlog.began(self._begin(piece, self._send_piece(piece)))
        while self._ready and self._calls < self._marketplace.at_once and self._unwritten < _MOST_UNWRITTEN:
            due = (sku for sku in self._backlog.in_order(self._ready) if self._lanes[sku].not_before <= now)
            batch = list(islice(due, self._marketplace.batch))
            if (wait := self._wait_for(batch, now)) > 0.0:
                self._later(wait)
                return
            self._calls += 1
            _ = self._begin(batch, self._call(batch))

    def _wait_for(self, batch: Sequence[str], now: float) -> float:
        """Seconds until the batch may go, or one is due at all: right after another one only a full one goes."""
        if not batch:
            return max(0.01, min(self._lanes[sku].not_before for sku in self._ready) - now)
        at = asyncio.get_running_loop().time()
        wait = self._called + _GATHER - at if len(batch) < self._marketplace.batch else 0.0
        self._called = at if wait <= 0.0 else self._called
        return wait

    def _write_down(self, *, is_quiet: bool) -> None:
        """Settle what was asked and needs no push, and all of it while the channel is left alone."""
        found: dict[str, Word] = {}
        unsure: list[str] = []
        for sku in tuple(self._waited_for if is_quiet else self._new):
            lane = self._lanes[sku]
            view = self.outlook(lane.doubted(lane.level, self.name), again=lane.again)
            word = words.without_push(view, self._reason if is_quiet else "")
            if word is not None and lane.read_at == LONG_AGO:
                unsure.append(sku)
            elif word is not None:
                found[sku] = word
            elif is_quiet:
                lane.release(self._elsewhere(lane.level) if self.name in lane.level.claimed else self._leaving)
        self._new.clear()
        if is_quiet:
            self._waited_for.clear()
        if found:
            _ = self._begin(list(found), self._close_all({sku: self._lanes[sku].level for sku in found}, found))
        if unsure and is_quiet:
            _ = self._begin(unsure, self._leave(unsure))

    async def _leave(self, batch: list[str]) -> None:
        """Write down that they are owed, as their teller: what another one has told meanwhile must stand."""
        try:
            levels = await self._ties.read(batch, 0.0)
        except SyncStateError as error:
            self._put_back(batch, error)
            return
        said = {sku: words.left(self.outlook(level), self._reason) for sku, level in levels.items()}
        await self._close_all(levels, {sku: word for sku, word in said.items() if word is not None})

    @property
    def _reason(self) -> str:
        return self._pulse.error or _LATER

    def _begin(self, batch: Sequence[str], work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        for sku in batch:
            del self._ready[sku]
            self._new.pop(sku, None)
            self._waited_for.pop(sku, None)
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

    async def _call(self, batch: list[str]) -> None:
        """Tell the batch; the next call begins while what came of this one is still written down."""
        told = await self._tell(batch)
        self._calls -= 1
        self._soon()
        if told is not None:
            self._unwritten += len(batch)
            await self._close_all(*told)
            self._unwritten -= len(batch)

    async def _send_piece(self, piece: list[str]) -> None:
        told = await self._tell(piece)
        if told is not None:
            await self._close_all(*told)

    async def _tell(self, batch: list[str]) -> tuple[Mapping[str, Level], Mapping[str, Word]] | None:
        """The levels and the words on them, not yet stored; None where all was put back."""
        lanes = {sku: self._lanes[sku] for sku in batch}
        try:
            levels = await self._teller.levels(lanes)
            return levels, await self._teller.tell(lanes, levels)
        except SyncStateError as error:
            self._put_back(batch, error)
        except Exception as error:  # noqa: BLE001 - the outermost edge of this task: nothing may stay in flight for ever
            self._pulse.strike(type(error).__name__, 0.0)
            self._put_back(batch, error)
        return None

    async def _close_all(self, levels: Mapping[str, Level], found: Mapping[str, Word]) -> None:
        await in_parts(self._close(sku, level, found.get(sku)) for sku, level in levels.items())

    async def _close(self, sku: str, level: Level, word: Word | None) -> None:
        lane = self._lanes[sku]
        try:
            moved_on = None if word is None else await self._ties.settle(sku, word)
        except Exception as error:  # noqa: BLE001 - the same edge: the other SKUs of the batch are closed all the same
            self._put_back([sku], error)
            return
        if word is not None:
            lane.settled(word.told, word.told if moved_on is None else moved_on.told.get(self.name))
        if moved_on is not None and moved_on.stock.version > lane.level.stock.version:
            lane.level = moved_on
        if word is not None and word.told.status is Push.OWED and not word.patient and word.told.low is None:
            self._retry(sku)
            lane.release(self._leaving)
        elif lane.level.stock.version > level.stock.version:
            lane.go_on()
            self._ready[sku] = None
            if lane.waiting:
                self._waited_for[sku] = None
        elif word is None and lane.strays:
            self._put_back([sku], self._elsewhere(level))
        else:
            self._lanes.pop(sku).release(None if word else self._elsewhere(level))

    def _put_back(self, batch: Sequence[str], error: Exception) -> None:
        known = isinstance(error, SyncStateError)
        _log.log(logging.WARNING if known else logging.ERROR, "%s: %s", self.name, error, exc_info=not known)
        for sku in batch:
            self._retry(sku)
            self._lanes[sku].release(error)

    def _retry(self, sku: str) -> None:
        self._lanes[sku].put_off(self._clock())
        self._ready[sku] = None
