"""The DynamoDB store: core.ports.Store for any number of instances over four tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.alerts import Alert
from core.changes import Change, Committed, Entry, Mark, ReturnRow
from core.channels import Arrears
from core.ports import Finding, Page
from core.stock import Level, Told
from core.stores.dynamodb import (
    alerts,
    claims,
    commits,
    examination,
    generation,
    jobs,
    ledger,
    levels,
    settling,
    tables,
)
from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.context import Context
from core.stores.dynamodb.recovery import Recovery, recovery_of
from core.stores.dynamodb.schema import names
from core.stores.dynamodb.values import text

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(slots=True)
class DynamoStore:
    """Four tables named after `prefix`, over a client of `client.connect` for `threads` requests at once.

    `instance` names this process among all that share the tables, `channels` are those it tells. `clock` gives epoch
    seconds, `token` fresh ids of up to 36 characters, `jitter` numbers from 0 to 1. `protect` new tables from deletion.
    What is asked takes at most `deadline` seconds; a claim on telling a channel outlives its holder by up to `lease`.
    """

    client: DynamoDBClient
    prefix: str
    instance: str
    channels: Sequence[str]
    clock: Callable[[], float]
    token: Callable[[], str]
    jitter: Callable[[], float]
    threads: int = 16
    protect: bool = True
    deadline: float = 4.0
    lease: float = 15.0
    shared: bool = True
    group_size: int = 50
    groups_at_once: int = 4
    _context: Context = field(init=False)

    def __post_init__(self) -> None:
        pool = ThreadPoolExecutor(self.threads, "dynamodb")
        calls = Calls(self.client, pool, self.deadline, self.jitter)
        who = (self.instance, tuple(self.channels))
        self._context = Context(
            calls, names(self.prefix), *who, self.clock, self.token, self.lease, lambda: self.channels
        )

    async def open(self) -> None:
        """Make what is missing; Unavailable while it is not ready, StoreUnfit where a newer SyncState writes to it."""
        await generation.refuse_newer(self._context.calls, self.prefix)
        await tables.make(self._context.calls, self.prefix, protect=self.protect)
        await generation.join(self._context.calls, self.prefix)

    def claim_for(self, channels: Callable[[], Sequence[str]]) -> None:
        """Have commits claim what they move for these channels only."""
        self._context = replace(self._context, claims=channels)

    async def examine(self, *, mend: bool) -> Sequence[Finding]:
        """Whether the tables are as they should be; `mend` makes what can be made. Never raises."""
        return await examination.examine(self._context.calls, self.prefix, self.clock, protect=self.protect, mend=mend)

    async def recovery(self) -> tuple[Recovery, ...]:
        """How far back each table can be restored."""
        return await recovery_of(self._context.calls, self.prefix)

    async def close(self) -> None:
        """Let go of connections and threads."""
        self._context.calls.pool.shutdown(wait=False, cancel_futures=True)
        self.client.close()

    async def ping(self) -> None:
        """Read something, or raise Unavailable."""
        await self._context.calls.get(self._context.names.transactions, {"txId": text("ping")}, consistent=False)

    async def commit(self, changes: Sequence[Change]) -> Committed:
        """Commit the changes in as few transactions as they fit, each exactly once by its key."""
        return await commits.commit(self._context, changes)

    async def finish(self, mark: Mark) -> None:
        """Complete the rows of the mark."""
        await ledger.finish(self._context, mark)

    async def unfinished(self, before: float, limit: int) -> Sequence[Mark]:
        """Marks made before that time, oldest first."""
        return await ledger.unfinished(self._context, before, limit)

    async def levels(self, skus: Sequence[str]) -> Mapping[str, Level]:
        """The levels as they are now."""
        return await claims.read(self._context, skus)

    async def glance(self, sku: str) -> Level:
        """The level for a person to look at, for half a read unit."""
        return await levels.glance(self._context, sku)

    async def list_levels(self, cursor: str, limit: int) -> Page[Level]:
        """All SKUs, page by page."""
        return await levels.page(self._context, cursor, limit)

    async def list_skus(self, cursor: str, limit: int) -> Page[str]:
        """All SKUs, page by page, from the directory alone."""
        return await levels.page_of_skus(self._context, cursor, limit)

    async def moved_since(self, day: int) -> Sequence[str]:
        """SKUs whose stock moved on that day or later."""
        return await levels.moved_since(self._context, day)

    async def claim(self, skus: Sequence[str], channels: Sequence[str], lease: float = 0.0) -> Mapping[str, Level]:
        """The levels, with this instance as the teller of the channels that nobody else is telling."""
        return await claims.claim(self._context, skus, channels, max(lease, self.lease))

    async def settle(self, sku: str, version: int, told: Mapping[str, Told], own: Mapping[str, int]) -> bool:
        """Store what the channels were told; whether the level was still of that version."""
        return await settling.settle(self._context, sku, version, told, own)

    async def owed(self, channel: str, cursor: str, limit: int) -> Page[str]:
        """SKUs that the channel is still owed."""
        return await levels.owed(self._context, channel, cursor, limit)

    async def arrears(self) -> Mapping[str, Arrears]:
        """What each channel is owed in all."""
        return await levels.arrears(self._context)

    async def link(self, sku: str, links: Mapping[str, str], seen: Mapping[str, str] | None = None) -> bool:
        """Remember or forget the SKU's listing ids; whether they were still those seen."""
        return await levels.link(self._context, sku, links, seen or {})

    async def history(self, sku: str, cursor: str, limit: int) -> Page[Entry]:
        """The SKU's ledger rows, newest first."""
        return await ledger.history(self._context, sku, cursor, limit)

    async def knowledge(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """What is known under the keys."""
        return await ledger.knowledge(self._context, keys)

    async def returns(self, sku: str, cursor: str, limit: int) -> Page[ReturnRow]:
        """The SKU's returns, newest first."""
        return await ledger.returns(self._context, sku, cursor, limit)

    async def flag_alert(self, sku: str, kind: str) -> None:
        """Note which kind of stock alert is open."""
        await levels.flag_alert(self._context, sku, kind)

    async def alert(self, alert_id: str) -> Alert | None:
        """The alert with this id."""
        return await alerts.alert(self._context, alert_id)

    async def open_alert(self, subject: str) -> Alert | None:
        """The unresolved alert of the subject."""
        return await alerts.open_alert(self._context, subject)

    async def save_alert(self, alert: Alert) -> bool:
        """Compare-and-swap on its revision."""
        return await alerts.save_alert(self._context, alert)

    async def list_alerts(self, severity: str, cursor: str, limit: int) -> Page[Alert]:
        """Alerts newest first."""
        return await alerts.list_alerts(self._context, severity, cursor, limit)

    async def untold_alerts(self, limit: int) -> Sequence[Alert]:
        """Alerts whose newest edition is not shown yet."""
        return await alerts.untold_alerts(self._context, limit)

    async def due_alerts(self, now: float, limit: int) -> Sequence[Alert]:
        """Alerts whose time has come."""
        return await alerts.due_alerts(self._context, now, limit)

    async def claim_job(self, job: str, due: float, owner: str, now: float, lease: float) -> bool:
        """Take the run, or not."""
        return await jobs.claim_job(self._context, job, due, owner, now, lease)

    async def finish_job(self, job: str, due: float, owner: str) -> None:
        """The run is done."""
        await jobs.finish_job(self._context, job, due, owner)

    async def note(self, name: str) -> bytes | None:
        """The note of that name."""
        return await jobs.note(self._context, name)

    async def save_note(self, name: str, value: bytes) -> None:
        """Keep the note."""
        await jobs.save_note(self._context, name, value)

    async def swap_note(self, name: str, before: bytes | None, value: bytes) -> bool:
        """Compare-and-swap the note."""
        return await jobs.swap_note(self._context, name, before, value)
