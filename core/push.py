"""Telling one channel: single flight for each SKU, newest wins, owed until confirmed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from core import words
from core.backlog import Backlog, in_parts
from core.channels import ChannelHealth
from core.errors import ChannelError, SyncStateError, Unavailable
from core.expected import Outlook, Step, next_step
from core.lanes import Lane, patience
from core.last_call import LastCall
from core.lately import Lately
from core.listings import listed
from core.ports import Marketplace, Pushed
from core.sight import Sight
from core.stock import Level, Push
from core.terms import paused, rule_on
from core.ties import Ties
from core.words import Word

_log = logging.getLogger(__name__)
_FRESH = 0.2
_LONG_AGO = float("-inf")
_LATER = "it is told as soon as it can be"
_LAST_SECONDS = 2.0


class Pusher:
    """Tells `marketplace` what its listings should show."""

    def __init__(self, marketplace: Marketplace, ties: Ties) -> None:
        self.name = marketplace.name
        self._marketplace = marketplace
        self._ties = ties
        self._clock = ties.clock
        self._sight = Sight(marketplace, ties.read, ties.recall)
        self._lately = Lately(ties.clock)
        self._backlog = Backlog(marketplace, ties.clock)
        self._last_call = LastCall(marketplace.name)
        self._lanes: dict[str, Lane] = {}
        self._ready: dict[str, None] = {}
        self._new: dict[str, None] = {}
        self._waited_for: dict[str, None] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_until, self._strikes, self._starting = 0.0, 0, False
        self._leaving: Unavailable | None = None
        self._health = ChannelHealth(self.name)

    def health(self) -> ChannelHealth:
        """How the channel is doing, as far as this instance knows."""
        return replace(self._health, owed=len(self._lanes))

    def ask(self, level: Level, *, again: bool = False) -> asyncio.Future[None] | None:
        """Tell the channel this level: resolved when it is told or durably owed; None when it already shows it.

        Unavailable while another instance is its teller: it may not know of this level yet, so look again later.
        `again`: even if the channel said of late that it does not list the SKU.
        """
        lane = self._lanes.get(level.sku)
        if lane is None:
            if self._step(level, again=again) is Step.REST:
                return None
            if self.name in level.claimed:
                raise self._elsewhere(level)
            lane = self._lanes[level.sku] = Lane(level, self._clock(), again)
        elif level.stock.version >= lane.level.stock.version:
            lane.level, lane.read_at, lane.not_before, lane.again = level, self._clock(), 0.0, lane.again or again
        if not lane.in_flight:
            self._ready[level.sku] = self._new[level.sku] = self._waited_for[level.sku] = None
            self._soon()
        return lane.wait()

    def wants(self, level: Level, *, again: bool = False) -> bool:
        """Whether the channel has still to be told this level, by this instance."""
        return self.name not in level.claimed and self._step(level, again=again) is not Step.REST

    def outlook(self, level: Level, *, again: bool = False) -> Outlook:
        """What the channel should show for this level, on its terms."""
        terms, channel = self._ties.terms(), self.name
        wanted = listed(level.stock, rule_on(level, channel, terms))
        why = "paused" if paused(level, channel, terms) else ""
        if not why and terms.dry_run:
            why = f"dry run: {wanted} would be sent"
        return Outlook(level, channel, wanted, self._clock(), why, again)

    def lately_told(self, sku: str) -> frozenset[int]:
        """The quantities that the channel took for the SKU, or showed before, in the last minute."""
        return self._lately.of(sku)

    def is_telling(self, sku: str) -> bool:
        """Whether a push of this SKU is in flight, or about to be."""
        lane = self._lanes.get(sku)
        now = self._clock()
        return lane is not None and (lane.in_flight or (now >= self._quiet_until and lane.not_before <= now))

    def hurry(self) -> None:
        """Try again at once, however long the channel was to be left alone."""
        self._quiet_until = 0.0
        for lane in self._lanes.values():
            lane.not_before = 0.0
        self._soon()

    async def stop(self) -> None:
        """Let what is in flight finish, for two seconds; what then hangs is owed in the store, as the rest is.

        Whoever waits hears Unavailable, so that its mark stays for the next instance to find soon.
        """
        self._quiet_until = float("inf")
        self._leaving = Unavailable(f"another instance has to tell {self.name}: this one stops")
        self._backlog.stop()
        self._start()
        ending = asyncio.get_running_loop().call_later(_LAST_SECONDS, self._last_call.end)
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
        self._write_down(is_quiet=now < self._quiet_until)
        if now < self._quiet_until:
            self._later(self._quiet_until - now)
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

    def _write_down(self, *, is_quiet: bool) -> None:
        """Settle what was asked and needs no push, and all of it while the channel is left alone."""
        found: dict[str, Word] = {}
        for sku in tuple(self._waited_for if is_quiet else self._new):
            lane = self._lanes[sku]
            word = self._unsent(self.outlook(lane.level, again=lane.again), is_quiet=is_quiet)
            if word is not None:
                found[sku] = word
            elif is_quiet:
                lane.release(self._elsewhere(lane.level) if self.name in lane.level.claimed else self._leaving)
        self._new.clear()
        if is_quiet:
            self._waited_for.clear()
        if found:
            _ = self._begin(list(found), self._close_all({sku: self._lanes[sku].level for sku in found}, found))

    def _unsent(self, view: Outlook, *, is_quiet: bool) -> Word | None:
        """The word that can be given at once; None where there is none, or where it is already stored."""
        step = next_step(view)
        if self.name in view.level.claimed or step is Step.REST:
            return None
        if step in (Step.NOTE, Step.HOLD):
            return words.unsent(view)
        if is_quiet and (view.told is None or view.told.status is not Push.OWED):
            return words.answered(view, Pushed(view.level.sku, ok=False, error=self._health.error or _LATER))
        return None

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

    async def _run(self, batch: list[str]) -> None:
        try:
            levels = await self._levels(batch)
            found = await self._words({sku: levels[sku] for sku in batch if self.name not in levels[sku].claimed})
        except SyncStateError as error:
            self._put_back(batch, error)
        except Exception as error:  # noqa: BLE001 - the outermost edge of this task: nothing may stay in flight for ever
            self._strike(type(error).__name__, 0.0)
            self._put_back(batch, error)
        else:
            await self._close_all(levels, found)

    async def _levels(self, batch: list[str]) -> dict[str, Level]:
        now = self._clock()
        stale = [sku for sku in batch if now - self._lanes[sku].read_at > _FRESH]
        fresh = await self._ties.read(stale) if stale else {}
        return {sku: fresh.get(sku) or self._lanes[sku].level for sku in batch}

    async def _words(self, levels: Mapping[str, Level]) -> dict[str, Word]:
        """The word on each of the SKUs, after the channel was told what it has to be told."""
        views = [self.outlook(level, again=self._lanes[sku].again) for sku, level in levels.items()]
        async with self._last_call.heard():
            views = await self._sight.looked_at(views)
        found = {view.level.sku: word for view in views if (word := words.unsent(view)) is not None}
        sent = await self._send([view for view in views if next_step(view) is Step.SEND])
        return {**found, **sent}

    async def _send(self, views: Sequence[Outlook]) -> dict[str, Word]:
        if not views:
            return {}
        wants = [words.want_of(view) for view in views]
        skus = [want.sku for want in wants]
        try:
            async with self._sight.kept(skus), self._last_call.heard():
                answers = await self._marketplace.push(wants)
        except ChannelError as error:
            self._strike(error.reason, error.retry_after)
            lost = Pushed("", ok=False, error=error.reason)
            return {view.level.sku: words.answered(view, lost, lost=True) for view in views}
        self._strikes = 0
        self._health = replace(self._health, last_success=self._clock(), error="", failing_since=0.0)
        given = {answer.sku: answer for answer in answers}
        self._lately.note([(want.sku, want.quantity) for want in wants])
        self._lately.note([(each.sku, each.found) for each in answers if each.found is not None])
        silent = Pushed("", ok=False, error="it gave no answer")
        found = {
            view.level.sku: words.answered(view, given.get(sku, silent), lost=sku not in given)
            for sku, view in zip(skus, views, strict=True)
        }
        self._sight.recall(found.values())
        return found

    def _strike(self, reason: str, retry_after: float) -> None:
        wait = max(retry_after, patience(self._strikes))
        self._strikes += 1
        self._quiet_until = max(self._quiet_until, self._clock() + wait)
        self._health = replace(self._health, error=reason, failing_since=self._health.failing_since or self._clock())

    async def _close_all(self, levels: Mapping[str, Level], found: Mapping[str, Word]) -> None:
        await in_parts(self._close(sku, level, found.get(sku)) for sku, level in levels.items())

    async def _close(self, sku: str, level: Level, word: Word | None) -> None:
        lane = self._lanes[sku]
        try:
            moved_on = None if word is None else await self._ties.settle(sku, word)
        except Exception as error:  # noqa: BLE001 - the same edge: the other SKUs of the batch are closed all the same
            self._put_back([sku], error)
            return
        if moved_on is not None and moved_on.stock.version > lane.level.stock.version:
            lane.level = moved_on
        if word is not None and word.told.status is Push.OWED and not word.patient and word.told.low is None:
            self._retry(sku)
            lane.release(self._leaving)
        elif lane.level.stock.version > level.stock.version:
            lane.in_flight, lane.tries, lane.read_at = False, 0, _LONG_AGO
            self._ready[sku] = None
            if lane.waiting:
                self._waited_for[sku] = None
        else:
            self._lanes.pop(sku).release(None if word else self._elsewhere(level))

    def _put_back(self, batch: Sequence[str], error: Exception) -> None:
        known = isinstance(error, SyncStateError)
        _log.log(logging.WARNING if known else logging.ERROR, "%s: %s", self.name, error, exc_info=not known)
        for sku in batch:
            self._retry(sku)
            self._lanes[sku].release(error)

    def _retry(self, sku: str) -> None:
        lane = self._lanes[sku]
        lane.in_flight, lane.read_at = False, _LONG_AGO
        lane.not_before = self._clock() + patience(lane.tries)
        lane.tries += 1
        self._ready[sku] = None
