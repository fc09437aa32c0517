"""Reconcile: what the channels really show is read back, held against the book, reported and put right."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.errors import BadInput, ChannelError, NotConfigured, SyncStateError
from core.follow_up import FollowUp
from core.looks import look
from core.ports import Listing, Marketplace, ReadsBack, Store
from core.reconcile import Cause, Difference, Reconciled, cause_of, dump, earlier_levels, load
from core.repairs import Repairs
from core.stock import Level, check_sku
from core.terms import rule_on
from core.terms_desk import TermsDesk

_log = logging.getLogger(__name__)
_AT_ONCE = 200
_SETTLES = 2.0
_ROUNDS = 3
_HISTORY = 20
_SIGN_EVERY = 5.0
_DEAD_AFTER = 600.0  # Amazon may take minutes to make the report that a large catalogue is read from


@dataclass(slots=True)
class _Run:
    """One reconcile under way: what it has found, hashes of the SKUs it has seen, and the SKUs to look at again."""

    report: Reconciled
    seen: set[int]
    doubtful: dict[str, None]
    signed: float


class Reconciler:
    """Reads back every channel that can be read; `clock` gives epoch seconds and `sleep` waits.

    Pages are handled one after the other: of each listing only a hash of its SKU is kept.
    """

    def __init__(
        self,
        store: Store,
        channels: Iterable[Marketplace],
        follow_up: FollowUp,
        desk: TermsDesk,
        repairs: Repairs,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = {each.name: each for each in channels if isinstance(each, ReadsBack)}
        self._follow_up = follow_up
        self._desk = desk
        self._repairs = repairs
        self._clock = clock
        self._sleep = sleep

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that can be read back."""
        return tuple(self._channels)

    async def last(self, channel: str) -> Reconciled | None:
        """The last whole reconcile of the channel, or how far the one that runs is; Unavailable."""
        known = await self._store.note(_note(channel))
        return load(known) if known else None

    def is_running(self, report: Reconciled | None) -> bool:
        """Whether that one still gives signs of life."""
        return report is not None and not report.ended and self._clock() - report.alive < _DEAD_AFTER

    async def run(
        self,
        channel: str,
        by: str = "",
        sku: str = "",
        *,
        hear: Callable[[Reconciled], None] = lambda _: None,
    ) -> Reconciled:
        """Reconcile all of the channel, or one SKU; what a run that goes on elsewhere has found, if there is one.

        Where it is broken off the report says why. `hear` is told how far it is. BadInput, Unavailable.
        """
        if channel not in self._channels:
            raise BadInput("channel", f"must be one of {', '.join(self._channels) or 'none: none can be read back'}")
        now = self._clock()
        run = _Run(Reconciled(channel, now, by, sku and check_sku(sku), alive=now), set(), {}, now)
        if not sku and not await self._begin(run.report):
            return await self.last(channel) or run.report
        try:
            await self._look(run, hear)
        except (ChannelError, NotConfigured) as error:
            _log.warning("the reconcile of %s is broken off: %s", channel, error)
            run.report = replace(run.report, trouble=str(error))
        run.report = replace(run.report, ended=self._clock())
        await self._sign(run, hear, at_once=True)
        return run.report

    async def run_all(self) -> None:
        """Reconcile every channel, one after the other; a sick one hinders none."""
        for channel in self._channels:
            try:
                report = await self.run(channel)
            except SyncStateError as error:
                _log.warning("%s is not reconciled: %s", channel, error)
            else:
                _log.info("%s: %d listings looked at, %s differ", channel, report.looked, dict(report.causes))

    async def _begin(self, report: Reconciled) -> bool:
        before = await self._store.note(_note(report.channel))
        if before and self.is_running(load(before)):
            return False
        return await self._store.swap_note(_note(report.channel), before, dump(report))

    async def _look(self, run: _Run, hear: Callable[[Reconciled], None]) -> None:
        await self._desk.refresh()
        asked = (run.report.sku,) if run.report.sku else ()
        async for page in self._channels[run.report.channel].listings(asked):
            await self._page(run, page)
            if len(run.doubtful) >= _AT_ONCE:
                await self._settle(run)
            await self._sign(run, hear)
        async for skus in self._missing(run):
            run.doubtful.update(dict.fromkeys(skus))
            await self._settle(run)
            await self._sign(run, hear)
        await self._settle(run)

    async def _page(self, run: _Run, page: Sequence[Listing]) -> None:
        """Count the listings, and note those that do not show what they should."""
        there = [each for each in page if each.listing]
        sound = [each for each in there if each.quantity is not None and _is_sku(each.sku)]
        levels = await self._store.levels(list({each.sku: None for each in sound})) if sound else {}
        unmanaged = sum(not levels[each.sku].stock.managed for each in sound)
        run.report = run.report.looked_at(len(there), unmanaged, len(there) - len(sound), self._clock())
        run.seen.update(hash(each.sku) for each in page)
        for each in sound:
            if self._cause(run, levels[each.sku], each.quantity) is not None:
                run.doubtful[each.sku] = None
        if run.report.sku:
            run.doubtful[run.report.sku] = None

    async def _missing(self, run: _Run) -> AsyncIterator[list[str]]:
        """The SKUs that the channel was told of and that no page had."""
        cursor, channel = "", run.report.channel
        while not run.report.sku:
            page = await self._store.list_levels(cursor, _AT_ONCE)
            yield [each.sku for each in page.items if channel in each.told and hash(each.sku) not in run.seen]
            cursor = page.cursor
            if not cursor:
                return

    async def _settle(self, run: _Run) -> None:
        """Look at the doubtful ones again until nothing of theirs is on its way, and put right what differs still."""
        left = list(run.doubtful)
        run.doubtful.clear()
        for _ in range(_ROUNDS):
            if not left:
                return
            await self._sleep(_SETTLES)
            found, left = await self._again(run, left)
            run.report = run.report.with_found(list(found))
            for each, level in found.items():
                await self._repairs.repair(run.report.channel, each, level)

    async def _again(self, run: _Run, skus: Sequence[str]) -> tuple[dict[Difference, Level], list[str]]:
        """What differs for sure, and what moves meanwhile so that nobody can tell."""
        channel = run.report.channel
        before = await self._store.levels(skus)
        shown = await look(self._channels[channel], before.values())
        after = await self._store.levels(skus)
        found: dict[Difference, Level] = {}
        moving: list[str] = []
        for sku in skus:
            listing = shown.get(sku)
            if _moved(before[sku], after[sku], channel) or self._follow_up.is_telling(channel, sku):
                moving.append(sku)
            elif listing is None or not listing.listing or listing.quantity is not None:
                difference = await self._difference(run, after[sku], listing.quantity if listing else None)
                found |= {difference: after[sku]} if difference else {}
        return found, moving

    async def _difference(self, run: _Run, level: Level, shown: int | None) -> Difference | None:
        cause = self._cause(run, level, shown)
        view = self._follow_up.outlook(run.report.channel, level)
        if cause is None or view is None:
            return None
        if cause is Cause.EDITED:
            rule = rule_on(level, run.report.channel, self._desk.of(run.report.channel))
            entries = (await self._store.history(level.sku, "", _HISTORY)).items
            cause = cause_of(view, shown, earlier_levels(level.stock, rule, entries)) or cause
        return Difference(level.sku, shown, view.book, view.wanted, cause)

    def _cause(self, run: _Run, level: Level, shown: int | None) -> Cause | None:
        view = self._follow_up.outlook(run.report.channel, level)
        return None if view is None else cause_of(view, shown)

    async def _sign(self, run: _Run, hear: Callable[[Reconciled], None], *, at_once: bool = False) -> None:
        """Let others see how far it is."""
        now = self._clock()
        if not at_once and now - run.signed < _SIGN_EVERY:
            return
        run.signed, run.report = now, replace(run.report, alive=now)
        if not run.report.sku:
            await self._store.save_note(_note(run.report.channel), dump(run.report))
        hear(run.report)


def _moved(before: Level, after: Level, channel: str) -> bool:
    same = before.stock.version == after.stock.version and before.told.get(channel) == after.told.get(channel)
    return not same or channel in after.claimed


def _is_sku(text: str) -> bool:
    try:
        return bool(check_sku(text))
    except BadInput:
        return False


def _note(channel: str) -> str:
    return f"reconciled#{channel}"
