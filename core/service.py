"""The one object that the webhooks and the bot ask: receive, adjust, look up, acknowledge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.adjustments import Adjustment
from core.alert_desk import AlertDesk
from core.alerts import STORM, Alert
from core.bundle_desk import BundleDesk
from core.bundles import Bundle
from core.changes import Change, Entry, Outcome, ReturnRow, Status
from core.channels import ChannelHealth
from core.commit import GroupCommit
from core.digest import DigestFacts, Mover
from core.errors import NotFound
from core.identity import Identity
from core.intake import Intake
from core.linking import Linker, Relinked
from core.messages import Message
from core.ports import Page, Store
from core.return_desk import Judged, ReturnDesk
from core.returns.case import Verdict
from core.sku_list import SkuList
from core.steering import Steering
from core.stock import MAX_BUFFER, MAX_QUANTITY, Level, Part, Stock, check_sku, check_whole
from core.stock_desk import StockDesk, Undoable, Undone
from core.summary import Summaries

_CACHED = 60.0
_MOST_CACHED = 10_000

Linked = Callable[[Relinked, Callable[[], Awaitable[None]]], None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a whole message: the status, and the stock right after it where that is known."""

    status: Status
    after: Mapping[str, Stock] = field(default_factory=dict)
    reason: str = ""


class Service:
    """Every rule of the house behind plain methods; each raises only errors of core.errors."""

    def __init__(  # noqa: PLR0913 - all that it rests on, by name
        self,
        store: Store,
        commits: GroupCommit,
        desk: AlertDesk,
        intake: Intake,
        steering: Steering,
        bundles: BundleDesk,
        *,
        clock: Callable[[], float],
        fresh_id: Callable[[], str],
    ) -> None:
        self.store = store
        self.steering = steering
        self.bundles = bundles
        self.marketplaces = intake.marketplaces
        self.clock = clock
        self.identity = Identity(store, fresh_id)
        self._commits = commits
        self._desk = desk
        self._fresh_id = fresh_id
        self._intake = intake
        self._stock = StockDesk(store, self.submit, clock)
        self._returns = ReturnDesk(store, self.submit, self._stock.submit_as, desk, clock)
        self._linker = Linker(store, clock)
        self._skus = SkuList(store, clock)
        self._linked: Linked = lambda _, __: None
        self._summaries = Summaries(store, steering.channels, clock)
        self._cache: dict[str, tuple[float, Level]] = {}
        self._changes = 0

    async def receive(self, channel: str, messages: Sequence[Message]) -> Receipt:
        """Commit what a verified, parsed message of the channel says; durable when it returns."""
        reasons: list[str] = []
        outcomes: list[Outcome] = []
        for message in messages:
            change = await self._intake.change_for(channel, message)
            if isinstance(change, str):
                reasons.append(change)
            else:
                outcomes.append(await self.submit(change))
        after = {sku: stock for outcome in outcomes for sku, stock in outcome.after.items()}
        return Receipt(_overall(outcomes), after, "; ".join(dict.fromkeys(reasons)))

    async def adjust(  # noqa: PLR0913 - all that can be set at once, by name
        self,
        sku: str,
        actor: str,
        *,
        physical: int | None = None,
        delta: int = 0,
        buffer: int | None = None,
        low_at: int | None = None,
        key: str = "",
        note: str = "",
        request: str = "",
    ) -> Outcome:
        """One manual change, once for its idempotency key ("": a fresh one); NotEnoughStock, BadInput, Unavailable.

        `request`: a person's, who can undo it as their last change. Once refused it stays refused (AlreadyHandled).
        """
        check_sku(sku)
        for value, name, most in ((physical, "physical", MAX_QUANTITY), (buffer, "buffer", MAX_BUFFER)):
            if value is not None:
                check_whole(value, name, 0, most)
        if low_at is not None:
            check_whole(low_at, "low_at", 0, MAX_QUANTITY)
        check_whole(delta, "quantity", -MAX_QUANTITY, MAX_QUANTITY)
        change = Adjustment(
            key=_manual(key or request or self._fresh_id()),
            sku=sku,
            at=self.clock(),
            actor=actor,
            physical=physical,
            delta=delta,
            buffer=buffer,
            low_at=low_at,
            note=note,
        )
        return await (self._stock.make(change, _manual(request)) if request else self.submit(change))

    async def undo(self, key: str, sku: str, by: str, *, operator: bool = False) -> Undone:
        """Take back the change with this ledger key, by its author or an `operator`; CannotUndo."""
        return await self._stock.undo(key, sku, by, operator=operator)

    async def last_changes(self, actor: str) -> Sequence[Undoable]:
        """The person's changes of the last ten minutes, undone or not, the last one first."""
        return await self._stock.last(actor)

    async def judge(self, return_id: str, sku: str, by: str, verdict: Verdict) -> Judged:
        """Decide about a return that is set apart or unclear; NotFound, BadInput, AlreadyHandled with who was first."""
        return await self._returns.judge(return_id, sku, by, verdict)

    async def appeal(self, return_id: str, sku: str, by: str, *, operator: bool = False) -> Judged:
        """Take back what was decided about a return; NotFound, CannotUndo."""
        return await self._returns.appeal(return_id, sku, by, operator=operator)

    async def is_first(self, request: str) -> bool:
        """Whether nobody has asked this before, on any instance; it is noted."""
        return await self._stock.is_first(_manual(request))

    async def level(self, sku: str, *, fresh: bool = False) -> Level:
        """The level for a person to look at: at most 60 s old, seen at once after a change made here."""
        cached = self._cache.get(sku)
        if not fresh and cached is not None and cached[0] > self.clock():
            return cached[1]
        changes = self._changes
        level = (await self.store.levels([sku]))[sku] if fresh else await self.store.glance(sku)
        if changes == self._changes:
            self._keep(level)
        return level

    def on_linked(self, hear: Linked) -> None:
        """Have `hear` called with what was linked to other listings, and with what does it once more."""
        self._linked = hear

    async def find(self, query: str, limit: int) -> Sequence[str]:
        """The SKUs that are best meant by what a person typed, best first."""
        return await self._skus.find(query, limit)

    async def scarce(self) -> Sequence[Level]:
        """What is low, out of stock or oversold, the worst first."""
        return await self._summaries.scarce()

    async def stop(self) -> None:
        """Leave what is read in the background."""
        await self._skus.stop()

    async def list_levels(self, cursor: str, limit: int) -> Page[Level]:
        """All SKUs, page by page."""
        return await self.store.list_levels(cursor, limit)

    async def history(self, sku: str, cursor: str = "", limit: int = 20) -> Page[Entry]:
        """The SKU's ledger rows, newest first."""
        return await self.store.history(sku, cursor, limit)

    async def returns(self, sku: str, cursor: str = "", limit: int = 20) -> Page[ReturnRow]:
        """The SKU's returns, newest first."""
        return await self.store.returns(sku, cursor, limit)

    async def alert(self, alert_id: str) -> Alert:
        """The alert; NotFound."""
        found = await self.store.alert(alert_id)
        if found is None:
            raise NotFound("alert", alert_id)
        return found

    async def alerts(self, severity: str = "", cursor: str = "", limit: int = 50) -> Page[Alert]:
        """Alerts newest first: the unresolved ones, or all of one severity; a storm is only a way of showing them."""
        page = await self.store.list_alerts(severity, cursor, limit)
        return Page(tuple(alert for alert in page.items if alert.kind != STORM), page.cursor)

    async def acknowledge(self, alert_id: str, by: str) -> Alert:
        """The alert, now in the hands of `by`; NotFound, or AlreadyHandled with who was first."""
        return await self._desk.acknowledge(alert_id, by)

    async def snooze(self, alert_id: str, by: str, until: float) -> Alert:
        """The alert, put aside until then (epoch s); NotFound, or AlreadyHandled when it is resolved."""
        return await self._desk.snooze(alert_id, by, until)

    async def link(self, sku: str, links: Mapping[str, str]) -> Level:
        """Remember the SKU's listing ids by channel, and tell them; the level with them."""
        relinked = await self._linker.link(sku, links)
        self.forget(sku)
        self._skus.add([sku])
        self._linked(relinked, lambda: self._linker.insist(relinked))
        return await self.level(sku, fresh=True)

    async def bundle(self, sku: str, parts: Sequence[Part], actor: str) -> Bundle:
        """Have the SKU made of these from now on; BadInput where that cannot be."""
        bundle = await self.bundles.define(sku, parts, actor)
        self._skus.add([sku])
        self.forget(sku, *(part.sku for part in parts))
        return bundle

    async def parts(self, level: Level) -> Sequence[Level]:
        """The levels of what the SKU is made of; none for an ordinary one."""
        skus = [part.sku for part in level.made_of]
        levels = await self.store.levels(skus) if skus else {}
        return [levels[sku] for sku in skus]

    async def unbundle(self, sku: str, actor: str) -> Bundle:
        """Have the SKU be an ordinary one again, with nothing on hand; NotFound."""
        parts = self.bundles.book.bundles.parts(sku)
        bundle = await self.bundles.dissolve(sku, actor)
        self.forget(sku, *(part.sku for part in parts))
        return bundle

    async def channels(self) -> tuple[ChannelHealth, ...]:
        """How each channel is doing."""
        return await self.steering.channels()

    async def digest(self, since: float, until: float) -> DigestFacts:
        """What a digest tells of the time between (epoch s)."""
        return await self._summaries.digest(since, until)

    async def movers(self) -> tuple[Mover, ...]:
        """What sells most today."""
        return await self._summaries.movers()

    def forget(self, *skus: str) -> None:
        """Show these SKUs as they are to the next who asks."""
        self._changes += 1
        for sku in (*skus, *self.bundles.book.bundles.around(skus)):
            self._cache.pop(sku, None)

    async def submit(self, change: Change) -> Outcome:
        """Commit the change; its own refusal, or Unavailable."""
        outcome = await self._commits.submit(change)
        self.forget(*outcome.after)
        self._skus.add(sku for sku, stock in outcome.after.items() if stock.version)
        return outcome

    def _keep(self, level: Level) -> None:
        if len(self._cache) >= _MOST_CACHED:
            self._cache.clear()
        self._cache[level.sku] = (self.clock() + _CACHED, level)


def _manual(request: str) -> str:
    return f"manual#{request}"


def _overall(outcomes: Sequence[Outcome]) -> Status:
    found = {outcome.status for outcome in outcomes}
    for status in (Status.APPLIED, Status.PARKED, Status.DUPLICATE):
        if status in found:
            return status
    return Status.IGNORED
