"""Stand-ins that behave: a clock moved by hand, a sales channel with rules and faults, a store that can be stopped."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

from core.alerts import Alert
from core.changes import Change, Committed, Entry, Mark, Notice, Outcome
from core.errors import ChannelError
from core.messages import Message
from core.orders.facts import OrderFacts
from core.ports import Pushed, Want
from core.stock import Level, Stock, Told
from core.stores.sqlite import SqliteStore, ledger, levels, schema

T = TypeVar("T")
NOON = 1_795_521_600.0
DAY = 86_400.0
FOREVER = NOON + 1_000 * DAY


class HandClock:
    """A clock that only the test moves."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += seconds

    async def sleep(self, seconds: float) -> None:
        """The time passes at once."""
        self.advance(seconds)
        await asyncio.sleep(0)


def numbered(prefix: str = "id") -> Callable[[], str]:
    """Fresh ids that count up."""
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers)}"


async def until(done: Callable[[], bool | Awaitable[bool]], seconds: float = 10.0) -> None:
    """Come back as soon as the condition holds."""
    async with asyncio.timeout(seconds):
        while True:
            answer = done()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.001)


class Books:
    """The SQLite ledger in memory, for rules that are tried many times: what is on hand and what was written."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.alerts: list[Notice] = []
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        schema.make_tables(self._db)

    def __enter__(self) -> Books:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def commit(self, change: Change, *, most: int = 50) -> Outcome:
        """Commit it in as many transactions as it takes, but no more than `most`."""
        for _ in range(most):
            (outcome,) = self.commit_all([change])
            assert isinstance(outcome, Outcome), outcome
            if not outcome.more:
                return outcome
        raise AssertionError(f"{change.key} has no end")

    def commit_all(self, changes: Sequence[Change]) -> Sequence[Outcome | Exception]:
        """Commit them in one transaction."""
        self._db.execute("BEGIN")
        committed = ledger.commit(self._db, changes, self.clock())
        self._db.execute("COMMIT")
        self.alerts += [notice for notice in committed.mark.notices if not notice.clears] if committed.mark else ()
        return committed.results

    def on_hand(self, sku: str) -> int:
        return self.stock(sku).physical

    def stock(self, sku: str) -> Stock:
        return levels.read(self._db, [sku])[sku].stock

    def decisions(self) -> list[str]:
        """What was decided about each return."""
        return [decision for (decision,) in self._db.execute("SELECT decision FROM returns ORDER BY seq")]

    def entries(self) -> list[tuple[str, str, int]]:
        """The ledger's rows as (SKU, action, delta), oldest first."""
        return self._db.execute("SELECT sku, action, delta FROM ledger ORDER BY seq").fetchall()


@dataclass
class StandInChannel:
    """A marketplace that shows what it is told, by its own rules; each test turns the faults on that it needs."""

    name: str = "shopify"
    batch: int = 10
    at_once: int = 2
    shows: dict[str, int] = field(default_factory=dict)
    orders: dict[str, OrderFacts] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    down: str = ""
    retry_after: float = 0.0
    refused: dict[str, Pushed] = field(default_factory=dict)
    calls: list[list[Want]] = field(default_factory=list)
    in_flight: Counter[str] = field(default_factory=Counter)
    doubled: list[str] = field(default_factory=list)
    before_set: Callable[[Sequence[Want]], Awaitable[None]] | None = None
    after_set: Callable[[Sequence[Want]], Awaitable[None]] | None = None

    @property
    def told(self) -> list[tuple[str, int]]:
        """Every quantity that was sent, in order."""
        return [(want.sku, want.quantity) for call in self.calls for want in call]

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Everything is signed here."""

    def parse(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        return ()

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        self.calls.append(list(wants))
        skus = [want.sku for want in wants]
        self.in_flight.update(skus)
        self.doubled += [sku for sku in skus if self.in_flight[sku] > 1]
        try:
            if self.before_set is not None:
                await self.before_set(wants)
            if self.down:
                raise ChannelError(self.name, self.down, self.retry_after)
            answers = [self._set(want) for want in wants]
            if self.after_set is not None:
                await self.after_set(wants)
            return answers
        finally:
            self.in_flight.subtract(skus)

    def _set(self, want: Want) -> Pushed:
        if want.sku in self.refused:
            return self.refused[want.sku]
        self.shows[want.sku] = want.quantity
        return Pushed(want.sku, ok=True, listing=f"{self.name}-{want.sku}")

    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        if self.down:
            raise ChannelError(self.name, self.down)
        return self.orders.get(order_id)

    async def sku_of(self, listing: str) -> str:
        return self.skus.get(listing, "")

    async def close(self) -> None:
        """There is nothing to let go of."""


class Gate:
    """Something that a task waits at until the test opens it."""

    def __init__(self) -> None:
        self.waiting = 0
        self._opened = asyncio.Event()

    async def __call__(self, *_: object) -> None:
        self.waiting += 1
        await self._opened.wait()

    def open(self) -> None:
        self._opened.set()

    async def reached(self) -> None:
        await until(lambda: self.waiting > 0)


Step = Callable[[str], Awaitable[None]]


async def go_on(_: str) -> None:
    """Nothing happens at this step."""


class SteppedStore(SqliteStore):
    """The SQLite store with a word from the test before and after every step that follows a commit."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        super().__init__(path, clock)
        self.step: Step = go_on
        self.steps: list[str] = []
        self.commits: list[list[Change]] = []
        self.settled: list[dict[str, Told]] = []

    async def commit(self, changes: Sequence[Change]) -> Committed:
        self.commits.append(list(changes))
        return await self._around("commit", super().commit(changes))

    async def finish(self, mark: Mark) -> None:
        await self._around("finish", super().finish(mark))

    async def levels(self, skus: Sequence[str]) -> Mapping[str, Level]:
        return await self._around("levels", super().levels(skus))

    async def settle(self, sku: str, version: int, told: Mapping[str, Told], own: Mapping[str, int]) -> bool:
        self.settled.append(dict(told))
        return await self._around("settle", super().settle(sku, version, told, own))

    async def link(self, sku: str, links: Mapping[str, str], seen: Mapping[str, str] | None = None) -> bool:
        return await self._around("link", super().link(sku, links, seen))

    async def flag_alert(self, sku: str, kind: str) -> None:
        await self._around("flag_alert", super().flag_alert(sku, kind))

    async def open_alert(self, subject: str) -> Alert | None:
        return await self._around("open_alert", super().open_alert(subject))

    async def save_alert(self, alert: Alert) -> bool:
        return await self._around("save_alert", super().save_alert(alert))

    async def entries(self, sku: str) -> list[Entry]:
        """The SKU's ledger rows, newest first."""
        return list((await self.history(sku, "", 1_000)).items)

    async def all_alerts(self) -> list[Alert]:
        """The alerts that are not resolved, newest first."""
        return list((await self.list_alerts("", "", 1_000)).items)

    async def is_done(self) -> bool:
        """Whether nothing is left to follow up."""
        return not await self.unfinished(FOREVER, 1)

    async def _around(self, name: str, work: Coroutine[object, object, T]) -> T:
        try:
            await self._say(name)
            answer = await work
        finally:
            work.close()
        await self._say(f"{name} done")
        return answer

    async def _say(self, name: str) -> None:
        self.steps.append(name)
        await self.step(name)
