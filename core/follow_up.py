"""What follows a commit: one step per SKU reads the fresh level, tells the channels and sees to the alerts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence

from core.alert_desk import AlertDesk
from core.changes import Committed, Mark, Notice
from core.channels import ChannelHealth
from core.doubts import Doubts
from core.errors import SyncStateError, Unavailable
from core.expected import Outlook
from core.linking import Relinked
from core.ports import Marketplace, Store
from core.push import Pusher
from core.settle import Settler
from core.stock import Level
from core.terms_desk import TermsDesk
from core.ties import Ties
from core.waiters import heard, raise_first, resolve, when_told
from core.words import Word

_log = logging.getLogger(__name__)
_AT_ONCE = 100
_GRACE = 1.0


class FollowUp:
    """Does what marks ask for.

    A mark is finished when its notices are raised and every channel is told or owed, durably.
    """

    def __init__(
        self,
        store: Store,
        desk: AlertDesk,
        marketplaces: Iterable[Marketplace],
        terms: TermsDesk,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._desk = desk
        self._terms = terms
        self._clock = clock
        self._settler = Settler(store, desk, self._telling)
        self._pushers = {each.name: Pusher(each, self._ties(each.name)) for each in marketplaces}
        self._doubts = Doubts(store, self._pushers, self._settle, lambda sku: self.nudge([sku]), sleep)
        self._again: set[str] = set()
        self._looks: dict[str, list[asyncio.Future[None]]] = {}
        self._looked_at: frozenset[str] = frozenset()
        self._levels: dict[str, Level] = {}
        self._looker: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._marks: set[str] = set()
        self._told: Callable[[str], None] = lambda _: None
        self._recall: Callable[[str, float], None] = lambda _, __: None

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are told."""
        return tuple(self._pushers)

    def health(self) -> tuple[ChannelHealth, ...]:
        """How each channel is doing, as far as this instance knows."""
        return tuple(pusher.health() for pusher in self._pushers.values())

    def on_told(self, hear: Callable[[str], None]) -> None:
        """Have `hear` called with each SKU of which a channel's last word was stored."""
        self._told = hear

    def on_doubt(self, recall: Callable[[str, float], None]) -> None:
        """Have `recall` called with a channel whose orders since a time (epoch s) should be looked through."""
        self._recall = recall

    def outlook(self, channel: str, level: Level) -> Outlook | None:
        """What the channel should show for the level; None where nobody tells it."""
        return self._pushers[channel].outlook(level) if channel in self._pushers else None

    def doubt(self, channel: str, sku: str, shown: int) -> None:
        """The listing was said to show so many, fewer than expected: look into it, in the background."""
        self._doubts.note(channel, sku, shown)

    @property
    def tellable(self) -> Sequence[str]:
        """The channels that this instance does not leave alone: what it cannot tell it must not keep from others."""
        return tuple(name for name, pusher in self._pushers.items() if not pusher.is_left_alone)

    @property
    def is_hindered(self) -> bool:
        """Whether this instance leaves a channel alone that did not answer it: others may have more luck."""
        return len(self.tellable) < len(self._pushers)

    def hurry(self, channel: str) -> None:
        """Try again at once what the channel did not take."""
        self._pushers[channel].hurry()

    def lately_told(self, channel: str, sku: str) -> Collection[int]:
        """What this instance told the channel of the SKU in the last minute."""
        return self._pushers[channel].lately_told(sku) if channel in self._pushers else ()

    def begin(self, committed: Committed) -> None:
        """Follow up a fresh commit, in the background; nothing is lost if that dies, the mark is in the store."""
        if committed.mark is not None:
            for sku, level in committed.levels.items():
                self._levels[sku] = max(self._levels.get(sku, level), level, key=lambda each: each.stock.version)
            self._keep(asyncio.ensure_future(self.carry_out(committed.mark)))

    async def carry_out(self, mark: Mark) -> None:
        """Do all that the mark asks for, then finish it; when that fails it stays for the next sweep."""
        if mark.mark_id in self._marks:
            return
        self._marks.add(mark.mark_id)
        try:
            looks = [self._look(sku) for sku in mark.skus]
            raise_first(await asyncio.gather(self._report(mark.notices), *looks, return_exceptions=True))
            await self._store.finish(mark)
        except SyncStateError as error:
            _log.warning("what follows commit %s is left for the next sweep: %s", mark.mark_id, error)
        except Exception:  # noqa: BLE001 - the outermost edge of this task: the mark stays, the sweep comes by
            _log.exception("what follows commit %s failed in a way nobody foresaw", mark.mark_id)
        finally:
            self._marks.discard(mark.mark_id)

    async def take_up(self, marks: Iterable[Mark], patience: float) -> None:
        """Carry the marks out; after so long (s) what is left of that goes on in the background."""
        works = [asyncio.ensure_future(self.carry_out(mark)) for mark in marks]
        for work in works:
            self._keep(work)
        if works:
            await asyncio.wait(works, timeout=patience)

    @property
    def under_way(self) -> Collection[str]:
        """The ids of the marks that are being carried out, each for as long as a channel takes."""
        return self._marks

    def nudge(self, skus: Sequence[str], *, again: bool = False) -> None:
        """Look at the SKUs again, in the background, and put right what is owed.

        `again`: ask even those channels that said of late that they do not list them.
        """
        for sku in skus:
            self._look(sku, again=again).add_done_callback(heard)

    def relinked(self, relinked: Relinked, insist: Callable[[], Awaitable[None]]) -> None:
        """The SKU has other listings now: tell them, in the background.

        What is on its way to the old ones would undo that when it is stored: then `insist`, and tell them again.
        """
        sku = relinked.sku
        late = sku in self._looks or sku in self._looked_at or bool(self._telling(sku)) or not relinked.sure
        self._keep(asyncio.ensure_future(self._relink(sku, insist, late=late and bool(relinked.links))))

    async def _relink(self, sku: str, insist: Callable[[], Awaitable[None]], *, late: bool) -> None:
        await self.revisit([sku], again=True)
        if not late:
            return
        try:
            await insist()
        except SyncStateError as error:
            _log.warning("a new listing of %s is told with its next change: %s", sku, error)
        else:
            self.nudge([sku], again=True)

    async def revisit(self, skus: Sequence[str], *, again: bool = False) -> list[str]:
        """Look at the SKUs again; returns when each is told or owed, with those of which the look has failed."""
        looks = [self._look(sku, again=again) for sku in skus]
        results = await asyncio.gather(*looks, return_exceptions=True)
        return [sku for sku, result in zip(skus, results, strict=True) if result is not None]

    def wants(self, level: Level, *, again: bool = False) -> bool:
        """Whether any channel has still to be told this level."""
        return any(pusher.wants(level, again=again) for pusher in self._pushers.values())

    async def report(self, notice: Notice) -> None:
        """Tell people something that no commit is behind."""
        await self._desk.report(notice)

    async def clear(self, kind: str, scope: str, message: str) -> None:
        """Resolve what was reported, if it is open."""
        await self._desk.resolve(kind, scope, message)

    async def _report(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            if notice.clears:
                await self._desk.resolve(notice.kind, notice.scope or notice.sku, notice.message)
            elif not await self._is_over(notice):
                await self._desk.report(notice)

    async def _is_over(self, notice: Notice) -> bool:
        """Whether the SKU that an order came in for has been set meanwhile."""
        return notice.kind == "unlisted_sku" and (await self._store.levels([notice.sku]))[notice.sku].stock.managed

    async def drain(self) -> None:
        """Stop telling channels once what is in flight is done; the rest is owed in the store."""
        await self._doubts.stop()
        await asyncio.gather(*[pusher.stop() for pusher in self._pushers.values()])
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GRACE)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _look(self, sku: str, *, again: bool = False) -> asyncio.Future[None]:
        if again:
            self._again.add(sku)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._looks.setdefault(sku, []).append(future)
        if self._looker is None or self._looker.done():
            self._looker = asyncio.ensure_future(self._work())
            self._keep(self._looker)
        return future

    async def _work(self) -> None:
        while self._looks:
            skus = list(self._looks)[:_AT_ONCE]
            waiting = {sku: self._looks.pop(sku) for sku in skus}
            self._looked_at = frozenset(skus)
            try:
                given = {sku: self._levels.pop(sku) for sku in skus if sku in self._levels}  # now: they do not keep
                await self._terms.refresh()
                missing = [sku for sku in skus if sku not in given]
                levels = {**given, **(await self._store.claim(missing, self.tellable) if missing else {})}
                told = {sku: self._tell(levels[sku]) for sku in skus}
            except Exception as error:  # noqa: BLE001 - handed to whoever waits for these looks; the next ones go on
                for futures in waiting.values():
                    resolve(futures, error)
                continue
            finally:
                self._looked_at = frozenset()
            checks = await asyncio.gather(*[self._desk.check(levels[s]) for s in skus], return_exceptions=True)
            for sku, checked in zip(skus, checks, strict=True):
                self._keep(asyncio.ensure_future(when_told(told[sku], checked, waiting[sku])))

    def _tell(self, level: Level) -> list[asyncio.Future[None]]:
        again = level.sku in self._again
        self._again.discard(level.sku)
        self._settler.hurry(level.sku)
        asked = [self._ask(each, level, again=again) for each in self._pushers.values()]
        return [future for future in asked if future is not None]

    def _ask(self, pusher: Pusher, level: Level, *, again: bool) -> asyncio.Future[None] | None:
        ours = pusher.name in level.ours
        try:
            asked = pusher.ask(level, again=again, sure=ours or not self._store.shared)
        except Unavailable as error:
            asked = asyncio.get_running_loop().create_future()
            asked.set_exception(error)
        if asked is None and ours and pusher.name in level.told:
            return asyncio.ensure_future(self._let_go(pusher.name, level))
        return asked

    async def _let_go(self, channel: str, level: Level) -> None:
        """The channel needs nothing: say so, or other instances would leave it to this one."""
        moved_on = await self._settler.settle(level.sku, channel, Word(level, level.told[channel], patient=True))
        if moved_on is not None:
            self.nudge([level.sku])

    async def _read(self, channel: str, skus: Sequence[str], lease: float) -> Mapping[str, Level]:
        await self._terms.refresh()
        return await self._store.claim(skus, (channel,), lease)

    def _ties(self, channel: str) -> Ties:
        return Ties(
            read=lambda skus, lease: self._read(channel, skus, lease),
            settle=lambda sku, word: self._settle(sku, channel, word),
            clock=self._clock,
            terms=lambda: self._terms.of(channel),
            recall=lambda since: self.recall(channel, since),
        )

    async def _settle(self, sku: str, channel: str, word: Word) -> Level | None:
        moved_on = await self._settler.settle(sku, channel, word)
        self._told(sku)
        return moved_on

    def recall(self, channel: str, since: float) -> None:
        """Have the channel's orders since then (epoch s) looked through, in the background."""
        self._recall(channel, since)

    def is_telling(self, channel: str, sku: str) -> bool:
        """Whether this instance has a push of the SKU in flight, or is about to."""
        return channel in self._telling(sku)

    def _telling(self, sku: str) -> frozenset[str]:
        return frozenset(name for name, pusher in self._pushers.items() if pusher.is_telling(sku))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
