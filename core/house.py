"""One running instance of the core: the store with everything that works on it, wired together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from zoneinfo import ZoneInfo

import orjson

from core.adjustments import Adjustment
from core.adopt_desk import AdoptDesk
from core.adopter import Adopter
from core.ahead import work_ahead
from core.alert_desk import AlertDesk
from core.alert_times import Terms
from core.auditor import Auditor, Openings
from core.background import Background
from core.bundle_book import BundleBook
from core.bundle_desk import BundleDesk
from core.bundled_store import bundled
from core.catalogue import Row, write
from core.changes import Change, Committed, Notice, Outcome
from core.checkup import Checkup
from core.claims import Claims
from core.commit import GroupCommit
from core.errors import Unavailable
from core.examiner import Examiner
from core.follow_up import FollowUp
from core.intake import Intake
from core.jobs import Job, Runner, audit, broadcast, watch
from core.missed_orders import MissedOrders
from core.ports import Marketplace, Remembers, Store
from core.recalls import Recalls
from core.reconcile_desk import ReconcileDesk
from core.reconciler import Reconciler
from core.repairs import Repairs
from core.schedule import Cron, Every
from core.service import Service
from core.steering import Steering
from core.sweeper import Sweeper
from core.terms_desk import TermsDesk
from core.walks import Walker

_log = logging.getLogger(__name__)
_LOADED_AT_ONCE = 200
_SWEEP_EVERY = 5.0
_SWEEP_AGE = 10.0
_WALK_EVERY = 60.0
_BROADCAST_EVERY = 60.0
_AUDIT_AT, _AUDIT_LEASE = "30 3 * * *", 3_600.0
_ORDERS_EVERY, _ORDERS_LEASE = 300.0, 3_600.0
_RECONCILE_AT, _RECONCILE_LEASE = "10 2 * * *", 4 * 3_600.0
_EXAMINE_EVERY, _EXAMINE_LEASE = 3_600.0, 900.0
_UTC = ZoneInfo("UTC")
_LAST_DIGEST = "last-digest"
_DAY = 86_400.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 15.0


class House:
    """Owns the store from `open` to `close`; `owner` names the instance.

    `tellable` are the marketplaces that can be told. None: this instance only commits, and another follows up.
    `store` shows bundles as what their parts allow, `ledger` is what is stored.
    """

    def __init__(  # noqa: PLR0913 - all that an instance is made of, by name
        self,
        store: Store,
        *,
        marketplaces: Iterable[Marketplace],
        tellable: Iterable[Marketplace] | None,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        fresh_id: Callable[[], str],
        owner: str,
        terms: Terms = Terms(),  # noqa: B008 - frozen
    ) -> None:
        self.ledger = store
        book = BundleBook(store, clock)
        self.bundles = BundleDesk(book, self._submit, clock)
        store = self.store = bundled(book)
        self.clock = clock
        self.owner = owner
        self._wakes: list[Callable[[], None]] = []
        desk = self.desk = AlertDesk(store, clock, fresh_id, self._wake, terms)
        self._terms = TermsDesk(store, clock)
        self.follow_up = FollowUp(store, desk, tellable or (), self._terms, sleep, clock)
        self._sweeper = Sweeper(store, self.follow_up)
        self._acquaint(tellable or ())
        self.commits = GroupCommit(store, _leave if tellable is None else self.follow_up.begin, self.bundles.dress)
        by_name = {marketplace.name: marketplace for marketplace in marketplaces}
        intake = Intake(store, by_name, clock, sleep, self.follow_up)
        self.checkup = Checkup(store, self.follow_up, self._terms, clock)
        self._walker = Background(Walker(store, self.follow_up, self._terms, owner, clock, sleep).walk)
        repairs = Repairs(self._submit, self.follow_up, clock)
        self._reconciler = Reconciler(store, tellable or (), self.follow_up, self._terms, repairs, clock, sleep)
        self._reconciles = ReconcileDesk(self._reconciler, clock)
        self.adopter = Adopter(store, by_name.values(), self._submit, clock)
        steering = self._make_steering(fresh_id)
        self.service = Service(
            store, self.commits, desk, intake, steering, self.bundles, clock=clock, fresh_id=fresh_id
        )
        self.follow_up.on_told(self.service.forget)
        self._recalls = Recalls(by_name, self.service.receive, clock)
        self.follow_up.on_doubt(self._recalls.begin)
        self.service.on_linked(self.follow_up.relinked)
        self._missed = MissedOrders(store, by_name.values(), self.service.receive, desk, clock)
        self._examiner = Examiner(store, tellable or (), desk, sleep)
        self._fresh_id, self._sleep = fresh_id, sleep

    def _acquaint(self, marketplaces: Iterable[Marketplace]) -> None:
        for each in marketplaces:
            if isinstance(each, Remembers):
                each.remember_in(self.store)
        if isinstance(self.ledger, Claims):
            self.ledger.claim_for(lambda: self.follow_up.tellable)

    def _make_steering(self, fresh_id: Callable[[], str]) -> Steering:
        return Steering(
            self.store,
            self.follow_up,
            self._terms,
            self.checkup,
            self._reconciles,
            AdoptDesk(self.adopter, self.store, self.clock, fresh_id),
            submit=self._submit,
            walk=self._walker.begin,
            clock=self.clock,
            fresh_id=fresh_id,
        )

    async def _submit(self, change: Change) -> Outcome:
        """For what the service itself rests on."""
        return await self.service.submit(change)

    def on_alert(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after every change of an alert."""
        self._wakes.append(wake)

    async def report(self, notice: Notice) -> None:
        """Tell people something that no commit is behind, or that it is over."""
        if notice.clears:
            await self.follow_up.clear(notice.kind, notice.scope or notice.sku, notice.message)
        else:
            await self.follow_up.report(notice)

    def jobs(self) -> tuple[Job, ...]:
        """The periodic work of the core."""
        return (
            Job("sweep", Every(_SWEEP_EVERY), self._sweep),
            Job("broadcast", Every(_BROADCAST_EVERY), self._broadcast, outward=True),
            Job("audit", Cron(_AUDIT_AT, _UTC), self._audit, _AUDIT_LEASE, beside=True),
            Job("orders", Every(_ORDERS_EVERY), self._find_orders, _ORDERS_LEASE, beside=True, outward=True),
            Job("examine", Every(_EXAMINE_EVERY), self._examine, _EXAMINE_LEASE, beside=True, outward=True),
            Job("walk", Every(_WALK_EVERY), self._walk, outward=True),
            Job("reconcile", Cron(_RECONCILE_AT, _UTC), self._reconcile, _RECONCILE_LEASE, beside=True, outward=True),
        )

    def runner(self, more: Sequence[Job] = ()) -> Runner:
        """What runs the jobs that are due, each once over all instances."""
        return Runner(self.store, (*self.jobs(), *more), self.owner, self.clock, self._is_hindered)

    def _is_hindered(self) -> bool:
        """Whether another instance may have more luck with what speaks to channels."""
        return self.store.shared and self.follow_up.is_hindered

    async def catch_up(self) -> None:
        """Do what was left undone when the last instance ended, then tell every channel what it was never told."""
        await self._sweeper.sweep(self.clock())
        async with aclosing(work_ahead(self._untold(), self.follow_up.revisit)) as done:
            async for _ in done:
                pass

    async def _untold(self) -> AsyncIterator[Sequence[str]]:
        """The SKUs that some channel has still to be told of, page by page."""
        cursor = ""
        while True:
            page = await self.store.list_levels(cursor, _LOADED_AT_ONCE)
            yield [level.sku for level in page.items if self.follow_up.wants(level)]
            cursor = page.cursor
            if not cursor:
                return

    async def watch(self) -> None:
        """See to alerts about channels that do not answer and to what time does to alerts; note who answered last."""
        await self._terms.refresh()
        await self.bundles.book.refresh()
        await watch(self.follow_up, self._terms, self.clock())
        await self.checkup.note_successes()
        await self.desk.run_due()

    def auditor(self, openings: Openings = Openings.LEAVE) -> Auditor:
        """What proves the numbers from what is stored."""
        return Auditor(self.ledger, self.clock, self._sleep, openings, lambda sku: self.service.level(sku, fresh=True))

    async def last_digest(self, due: float) -> float:
        """When the digest before the one due at `due` was due (epoch s); a day before it, if there was none."""
        known = await self.store.note(_LAST_DIGEST)
        return min(float(orjson.loads(known)), due) if known else due - _DAY

    async def note_digest(self, due: float) -> None:
        """The digest due at `due` was posted."""
        await self.store.save_note(_LAST_DIGEST, orjson.dumps(due))

    async def open(self) -> None:
        """Open the store; where it does not answer yet, keep trying for ever."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await self.store.open()
            except Unavailable as error:
                _log.warning("the store is not there yet (%s); next try in %.1f s", error, wait)
                await asyncio.sleep(wait)
                wait = min(_LONGEST_WAIT, wait * 2)

    async def close(self) -> None:
        """Finish what is in flight; what is left is marked in the store."""
        await self.service.stop()
        await self._walker.stop()
        await self._reconciles.stop()
        await self.service.steering.adoptions.stop()
        await self._recalls.stop()
        await self.commits.drain()
        await self.follow_up.drain()
        for marketplace in self.service.marketplaces.values():
            await marketplace.close()
        await self.store.close()

    async def load(self, rows: Sequence[Row], actor: str, done: Callable[[int], None]) -> None:
        """Set the stock that the rows give; `done` is told how many are durable."""
        for start in range(0, len(rows), _LOADED_AT_ONCE):
            part = rows[start : start + _LOADED_AT_ONCE]
            await asyncio.gather(*[self._set(row, actor) for row in part])
            done(start + len(part))

    async def dump(self, put: Callable[[str], object]) -> int:
        """Put all stock as lines of CSV, sorted as the store lists it, without bundles; how many SKUs there were."""
        cursor, count = "", 0
        while True:
            page = await self.store.list_levels(cursor, _LOADED_AT_ONCE)
            levels = [level for level in page.items if not level.made_of]
            for line in list(write(levels))[1 if count else 0 :]:
                put(line)
            count += len(levels)
            if not page.cursor:
                return count
            cursor = page.cursor

    async def _sweep(self, _: float) -> None:
        await self._sweeper.sweep(self.clock() - _SWEEP_AGE)
        await self.bundles.found_due()

    async def _broadcast(self, due: float) -> None:
        await broadcast(self.store, self.follow_up, int(due // _BROADCAST_EVERY))

    async def _find_orders(self, _: float) -> None:
        await self._missed.find()

    async def _reconcile(self, _: float) -> None:
        await self._reconciler.run_all()

    async def _examine(self, _: float) -> None:
        await self._examiner.examine()

    async def _audit(self, due: float) -> None:
        await audit(self.auditor(Openings.ROLL), self.desk, due)

    async def _walk(self, _: float) -> None:
        self._walker.begin()

    async def _set(self, row: Row, actor: str) -> Outcome:
        return await self.commits.submit(
            Adjustment(
                key=f"manual#{self._fresh_id()}",
                sku=row.sku,
                at=self.clock(),
                actor=actor,
                physical=row.physical,
                buffer=row.buffer,
                low_at=row.low_at,
            )
        )

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()


def _leave(_: Committed) -> None:
    """The mark in the store is for whoever follows up."""
