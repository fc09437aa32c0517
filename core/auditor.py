"""The audit at work: reads the books of every SKU while the shop is open, and looks again before it accuses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import orjson

from core.audit import FORGOTTEN_AFTER, Books, Fault, Opening, Wrong, faults_of, forgotten, order_key, rebased, rolled
from core.ports import Page, Store
from core.stock import Level
from core.terms import load_terms
from core.terms_desk import TERMS_NOTE

T = TypeVar("T")
_AT_ONCE = 8
_SKUS = 200
_ROWS = 200
_MARKS = 1_000
_LOOKS = 5
_PAUSE = 0.5
MOST_FAULTS = 1_000


class Openings(StrEnum):
    """What becomes of openings: left as they are, moved on where the books are proved, or begun anew on demand."""

    LEAVE = "leave"
    ROLL = "roll"
    REBASE = "rebase"


@dataclass(slots=True)
class Report:
    """What an audit of so many SKUs found: `faults` are the first of all that were `found`.

    `unproved`: SKUs that sold too fast to be read in one state, however often they were looked at.
    """

    skus: int = 0
    found: int = 0
    faults: list[Fault] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)

    def add(self, faults: Sequence[Fault]) -> None:
        """Count the faults, and keep them while there is room."""
        self.found += len(faults)
        self.faults += faults[: max(0, MOST_FAULTS - len(self.faults))]


class Auditor:
    """Audits what is stored; `clock` gives epoch seconds, `sleep` is waited before looking again at what is moving.

    `shown` gives the level of a SKU as channels and people see it.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        openings: Openings = Openings.LEAVE,
        shown: Callable[[str], Awaitable[Level]] | None = None,
    ) -> None:
        self._store = store
        self._shown = shown or self._level
        self._clock = clock
        self._sleep = sleep
        self._openings = openings
        self._reading = asyncio.Semaphore(_AT_ONCE)

    async def audit(self, done: Callable[[int], None] = lambda _: None) -> Report:
        """Audit every SKU, and what is left to do; `done` hears how many SKUs are."""
        report = Report()
        report.add(forgotten(await self._store.unfinished(self._clock(), _MARKS), self._clock()))
        cursor = ""
        while True:
            page = await self._store.list_levels(cursor, _SKUS)
            skus = [level.sku for level in page.items]
            await self._audit_some(skus, report)
            done(report.skus)
            if not page.cursor:
                return report
            cursor = page.cursor

    async def audit_sku(self, sku: str) -> Report:
        """Audit one SKU."""
        report = Report()
        await self._audit_some([sku], report)
        return report

    async def _audit_some(self, skus: Sequence[str], report: Report) -> None:
        for sku, faults in zip(skus, await asyncio.gather(*map(self._look, skus)), strict=True):
            report.skus += 1
            if faults is None:
                report.unproved.append(sku)
            else:
                report.add(faults)

    async def _look(self, sku: str) -> Sequence[Fault] | None:
        """What is wrong with the SKU once its books stand still; None when they never did."""
        faults: Sequence[Fault] | None = None
        for look in range(_LOOKS):
            if look:
                await self._sleep(_PAUSE * look)
            async with self._reading:
                books = await self._books(sku, settled=look > 0)
                faults = None if books is None else await self._judge(books)
            if books is not None and not faults:
                return ()
        return faults

    async def _judge(self, books: Books) -> Sequence[Fault]:
        faults = faults_of(books, self._clock())
        opening = books.opening
        if self._openings is Openings.REBASE and any(f.wrong in (Wrong.OPENING, Wrong.STOCK) for f in faults):
            opening = rebased(books, self._clock())
            faults = tuple(fault for fault in faults if fault.wrong not in (Wrong.OPENING, Wrong.STOCK))
        elif self._openings is not Openings.LEAVE and not faults:
            opening = rolled(books, self._clock())
        if opening != books.opening:
            await self._store.save_note(_name(books.level.sku), orjson.dumps([opening.units, opening.at]))
        return faults

    async def _books(self, sku: str, *, settled: bool) -> Books | None:
        """The books; None when the stock moved while they were read, or, where they must be settled, just before."""
        before = await self._level(sku)
        if settled and await self._is_moving(sku):
            return None
        entries = await _all(lambda cursor: self._store.history(sku, cursor, _ROWS))
        returns = await _all(lambda cursor: self._store.returns(sku, cursor, _ROWS))
        keys = sorted({order_key(entry) for entry in entries if entry.order_id and entry.channel})
        orders = await self._store.knowledge(keys)
        known = await self._store.note(_name(sku))
        opening = Opening(*orjson.loads(known)) if known else Opening()
        shown = await self._shown(sku) if before.stock.managed else before
        if (await self._level(sku)).stock.version != before.stock.version:
            return None
        terms = load_terms(await self._store.note(TERMS_NOTE))
        return Books(shown, opening, entries, returns, orders, terms, before.stock.physical)

    async def _is_moving(self, sku: str) -> bool:
        """Whether a commit of the SKU is still being followed up: some of its ledger rows are written only then."""
        if not self._store.shared:
            return False
        # The clocks of others may be ahead of ours.
        marks = await self._store.unfinished(self._clock() + FORGOTTEN_AFTER, _MARKS)
        return any(sku in mark.skus for mark in marks if mark.at >= self._clock() - FORGOTTEN_AFTER)

    async def _level(self, sku: str) -> Level:
        return (await self._store.levels([sku]))[sku]


async def _all(read: Callable[[str], Awaitable[Page[T]]]) -> tuple[T, ...]:
    found: list[T] = []
    cursor = ""
    while True:
        page = await read(cursor)
        found += page.items
        if not page.cursor:
            return tuple(found)
        cursor = page.cursor


def _name(sku: str) -> str:
    return f"opening#{sku}"
