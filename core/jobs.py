"""The periodic work: each due run is claimed in the store, so that several instances run it once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import orjson

from core.alert_desk import AlertDesk
from core.auditor import Auditor
from core.changes import Notice
from core.channels import title_of
from core.errors import SyncStateError
from core.follow_up import FollowUp
from core.ports import Store
from core.schedule import Schedule
from core.stock import Level, Push
from core.terms_desk import TermsDesk

_log = logging.getLogger(__name__)
_OWED_AT_ONCE = 500
_REFUSED_AT_ONCE = 20
_SICK_AFTER = 60.0
_GRAVE_AFTER = 3_600.0
_FIRST_START = "first-start"
_EVERYTHING = "audit"
_NAMED = 3
_HEAD_START = 10.0


@dataclass(frozen=True, slots=True)
class Job:
    """Work due by a schedule: after `lease` seconds another may take it over, `late` seconds late it is skipped.

    `beside`: it may take long, and nothing else waits for it. `outward`: it speaks to channels, so an instance that
    does not reach them all leaves the run to the others for the first ten seconds.
    """

    name: str
    schedule: Schedule
    run: Callable[[float], Awaitable[None]]
    lease: float = 120.0
    late: float = 6 * 3_600.0
    beside: bool = False
    outward: bool = False


class Runner:
    """Runs what is due. `owner` names this instance, which is `hindered` while it does not reach all channels."""

    def __init__(
        self,
        store: Store,
        jobs: Sequence[Job],
        owner: str,
        clock: Callable[[], float],
        hindered: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._jobs = {job.name: job for job in jobs}
        self._owner = owner
        self._clock = clock
        self._hindered = hindered
        self._done: dict[str, float] = {}
        self._since: float | None = None
        self._beside: dict[str, asyncio.Task[None]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The jobs there are."""
        return tuple(self._jobs)

    async def run_due(self) -> None:
        """Run every job whose newest due time nobody has run yet; one that fails is tried again after its lease.

        Those that run beside the others are only begun.
        """
        for job in self._jobs.values():
            if job.beside and (job.name not in self._beside or self._beside[job.name].done()):
                self._beside[job.name] = asyncio.get_running_loop().create_task(self._attempt(job))
        await asyncio.gather(*[self._attempt(job) for job in self._jobs.values() if not job.beside])

    async def close(self) -> None:
        """Break off what still runs; another instance, or the next start, does it again."""
        for task in self._beside.values():
            task.cancel()
        await asyncio.gather(*self._beside.values(), return_exceptions=True)

    async def run_now(self, name: str) -> None:
        """Run one job at once, due or not."""
        await self._jobs[name].run(self._clock())

    async def _attempt(self, job: Job) -> None:
        try:
            async with asyncio.timeout(job.lease):
                await self._run_if_due(job)
        except TimeoutError:
            _log.warning("job %s was given up after %.0f s", job.name, job.lease)
        except SyncStateError as error:
            _log.warning("job %s: %s", job.name, error)
        except Exception:  # noqa: BLE001 - the outermost edge of the tick: one job never stops another
            _log.exception("job %s failed in a way nobody foresaw", job.name)

    async def _run_if_due(self, job: Job) -> None:
        now = self._clock()
        due = job.schedule.latest_due(now)
        if due is None or due <= self._done.get(job.name, 0.0) or now - due > job.late:
            return
        if due < await self._started(now) or (job.outward and now - due < _HEAD_START and self._hindered()):
            return
        if await self._store.claim_job(job.name, due, self._owner, now, job.lease):
            await job.run(due)
            await self._store.finish_job(job.name, due, self._owner)
            self._done[job.name] = due

    async def _started(self, now: float) -> float:
        if self._since is None:
            known = await self._store.note(_FIRST_START)
            if known is None:
                await self._store.save_note(_FIRST_START, orjson.dumps(now))
            self._since = float(orjson.loads(known)) if known else now
        return self._since


async def broadcast(store: Store, follow_up: FollowUp, turn: int) -> None:
    """Tell every channel again what it is still owed, and check that open stock alerts are still true.

    What a channel refused is tried again too, some of it at each `turn`, so that it never crowds out what may succeed.
    What is being told needs no reminder: for a feed of hours they would pile up.
    """
    for channel in follow_up.channels:
        refused: list[str] = []
        cursor = ""
        while True:
            page = await store.owed(channel, cursor, _OWED_AT_ONCE)
            left = [sku for sku in page.items if not follow_up.is_telling(channel, sku)]
            levels = await store.levels(left) if left else {}
            refused += [sku for sku in left if _is_refused(levels[sku], channel)]
            follow_up.nudge([sku for sku in left if not _is_refused(levels[sku], channel)])
            if not page.cursor:
                break
            cursor = page.cursor
        start = turn * _REFUSED_AT_ONCE % len(refused) if refused else 0
        follow_up.nudge((refused + refused)[start : start + min(_REFUSED_AT_ONCE, len(refused))])
    alerts = await store.list_alerts("", "", _OWED_AT_ONCE)
    scarce = sorted({alert.sku for alert in alerts.items if alert.subject == f"stock#{alert.sku}"})
    follow_up.nudge([sku for sku in scarce if not _is_told(follow_up, sku)])


async def audit(auditor: Auditor, desk: AlertDesk, due: float) -> None:
    """Prove every SKU's numbers; what does not add up is a critical alert, cleared by the first audit without."""
    report = await auditor.audit()
    if not report.found:
        await desk.resolve("audit_failed", _EVERYTHING, f"The books of {report.skus:,} SKUs add up.")
        return
    first = "; ".join(str(fault) for fault in report.faults[:_NAMED])
    text = f"{report.found:,} things do not add up: {first}. syncstate audit lists them all."
    await desk.report(Notice(f"audit@{due:.0f}", "audit_failed", "", text, scope=_EVERYTHING))


def _is_told(follow_up: FollowUp, sku: str) -> bool:
    return any(follow_up.is_telling(channel, sku) for channel in follow_up.channels)


def _is_refused(level: Level, channel: str) -> bool:
    return channel in level.told and level.told[channel].status is Push.REFUSED


async def watch(follow_up: FollowUp, desk: TermsDesk, now: float) -> None:
    """Raise an alert for a channel that does not answer, a graver one after an hour; clear it when it does again."""
    for health in follow_up.health():
        since = now - health.failing_since if health.failing_since else 0.0
        name = title_of(health.name)
        if desk.of(health.name).paused is not None:
            await follow_up.clear("sync_failed", health.name, f"{name} is paused.")
        elif since > _SICK_AFTER:
            severity = "critical" if since > _GRAVE_AFTER else "warning"
            text = f"{name} has taken no stock for {since / 60:.0f} minutes ({health.error}); all of it stays owed."
            notice_id = f"{health.name}@{health.failing_since:.0f}#{severity}"
            await follow_up.report(Notice(notice_id, "sync_failed", "", text, severity, scope=health.name))
        elif not health.failing_since:
            await follow_up.clear("sync_failed", health.name, f"{name} takes stock again.")
