"""One file, one process: who may open it, and what is in it after the process was killed."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.adjustments import Adjustment
from core.changes import Outcome, Status
from core.errors import BadInput, StoreBusy, StoreUnfit, Unavailable
from core.orders.change import OrderChange
from core.orders.facts import LineFact, OrderFacts
from core.returns.change import ReturnChange
from core.stores.sqlite import SqliteStore
from tests.core.stand_ins import DAY, FOREVER, NOON, HandClock, SteppedStore

ROOT = Path(__file__).parents[2]
HOLD = """
import asyncio, sys
from pathlib import Path
from core.stores.sqlite import SqliteStore

async def hold():
    store = SqliteStore(Path(sys.argv[1]), lambda: 1.0)
    await store.open()
    print("open", flush=True)
    await asyncio.Event().wait()

asyncio.run(hold())
"""
COMMIT = """
import asyncio, sys
from pathlib import Path
from core.adjustments import Adjustment
from core.stores.sqlite import SqliteStore

async def commit():
    store = SqliteStore(Path(sys.argv[1]), lambda: 1.0)
    await store.open()
    for n in range(1_000_000):
        await store.commit([Adjustment(f"{n}.{i}", "A", 1.0, "ann", delta=1) for i in range(3)])
        print(n, flush=True)

asyncio.run(commit())
"""


def start(program: str, file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1
    )


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> str:
    """Kill it as no process can prevent; what it still had said."""
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return rest


def add(key: str, units: int = 1) -> Adjustment:
    return Adjustment(key, "A", NOON, "ann", delta=units)


def order(order_id: str, units: int = 1, at: float = NOON) -> OrderChange:
    return OrderChange(OrderFacts("shopify", order_id, "order", at, at, lines=(LineFact("1", "A", units),)), at)


async def test_a_second_process_is_refused_and_may_open_it_when_the_first_has_died(
    tmp_path: Path, clock: HandClock
) -> None:
    file = tmp_path / "stock.db"
    first = start(HOLD, file)
    try:
        assert await asyncio.to_thread(read_line, first) == "open"
        second = SqliteStore(file, clock)
        with pytest.raises(StoreBusy, match="in use by another"):
            await second.open()
        await second.close()
    finally:
        kill(first)
    third = SqliteStore(file, clock)
    await third.open()
    await third.close()


async def test_a_second_store_of_the_same_process_is_refused_too(store: SteppedStore, tmp_path: Path) -> None:
    with pytest.raises(StoreBusy):
        await SqliteStore(tmp_path / "stock.db", HandClock()).open()


@pytest.mark.parametrize("after", [1, 20, 60])
async def test_a_killed_process_loses_nothing_that_it_had_answered(
    tmp_path: Path, clock: HandClock, after: int
) -> None:
    file = tmp_path / "stock.db"
    process = start(COMMIT, file)
    try:
        for _ in range(after):
            said = await asyncio.to_thread(read_line, process)
    finally:
        rest = kill(process)
    answered = 1 + max([int(line) for line in rest.splitlines() if line.isdigit()], default=int(said))
    store = SqliteStore(file, clock)
    await store.open()
    physical = (await store.levels(["A"]))["A"].stock.physical
    rows = len((await store.history("A", "", 100_000)).items)
    marks = len(await store.unfinished(FOREVER, 100_000))
    await store.close()
    assert physical == rows == 3 * marks
    assert 0 <= physical - 3 * answered <= 3


async def test_of_several_jobs_in_one_transaction_one_that_fails_harms_no_other(store: SteppedStore) -> None:
    class Broken(Adjustment):
        def needs(self, known: bytes | None) -> tuple[str, ...]:
            raise ZeroDivisionError

    broken = Broken("broken", "A", NOON, "ann", delta=1)
    results = await asyncio.gather(
        *[store.commit([change]) for change in (add("1"), broken, add("2"))],
        store.link("A", {"amazon": "B01"}),
        return_exceptions=True,
    )
    assert isinstance(results[1], ZeroDivisionError)
    level = (await store.levels(["A"]))["A"]
    assert (level.stock.physical, level.links) == (2, {"amazon": "B01"})


async def test_what_a_failing_job_had_written_is_taken_back(store: SteppedStore) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await store.commit([add("1"), order("7"), order("7", 2), order("7#1.0")])
    assert (await store.levels(["A"]))["A"].stock.version == 0
    assert await store.unfinished(FOREVER, 9) == []


async def test_closing_writes_all_that_waits(tmp_path: Path, clock: HandClock) -> None:
    store = SqliteStore(tmp_path / "stock.db", clock)
    await store.open()
    commits = [asyncio.create_task(store.commit([add(str(n))])) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert all(isinstance(done.results[0], Outcome) for done in await asyncio.gather(*commits))
    again = SqliteStore(tmp_path / "stock.db", clock)
    await again.open()
    assert (await again.levels(["A"]))["A"].stock.physical == 50
    await again.close()


async def test_what_is_asked_while_it_closes_or_after_is_refused_and_never_left_hanging(
    tmp_path: Path, clock: HandClock
) -> None:
    store = SqliteStore(tmp_path / "stock.db", clock)
    await store.open()
    closing_store = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        with pytest.raises(Unavailable):
            await store.commit([add("late")])
        await closing_store
        for asked in (store.ping(), store.levels(["A"]), store.link("A", {})):
            with pytest.raises(Unavailable):
                await asked


async def test_a_mark_is_never_mistaken_for_a_later_one(store: SteppedStore) -> None:
    first = (await store.commit([add("1")])).mark
    assert first is not None
    await store.finish(first)
    second = (await store.commit([add("2")])).mark
    await store.finish(first)
    assert await store.unfinished(FOREVER, 9) == [second]
    assert [entry.status.value for entry in await store.entries("A")] == ["pending", "completed"]


async def test_a_level_is_read_from_one_state_of_the_file(store: SteppedStore) -> None:
    await store.commit([add("start", 100_000)])
    done = asyncio.Event()

    async def sell() -> None:
        for n in range(150):
            await store.commit([order(str(n))])
        done.set()

    async def look() -> None:
        while not done.is_set():
            level = (await store.levels(["A"]))["A"]
            assert level.own.get("shopify", 0) == 100_000 - level.stock.physical

    await asyncio.gather(sell(), look())


async def test_what_cannot_be_read_is_unavailable(store: SteppedStore, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "stock.db", isolation_level=None)) as other:
        other.execute("ALTER TABLE notes RENAME TO elsewhere")
    with pytest.raises(Unavailable, match="cannot be read"):
        await store.note("any")
    with pytest.raises(Unavailable, match="cannot be written"):
        await store.save_note("any", b"1")
    await store.commit([add("1")])


@pytest.mark.parametrize("cursor", ["x", "-1", "\u00b2", "1" * 40, "1.2.3 al", " "])
async def test_a_cursor_that_no_page_gave_is_refused(store: SteppedStore, cursor: str) -> None:
    for ask in (store.history, store.returns, store.list_alerts):
        with pytest.raises(BadInput):
            await ask("A", cursor, 9)


async def test_what_is_older_than_a_month_is_forgotten_little_by_little(
    store: SteppedStore, clock: HandClock, tmp_path: Path
) -> None:
    await store.commit([add("start", 1_000)])
    await store.commit([order(str(n)) for n in range(40)])
    back = ReturnChange("r1", "A", 1, "SELLABLE", "amazon", NOON)
    await store.commit([back])
    assert await store.claim_job("sweep", NOON, "one", NOON, 60.0)
    clock.advance(32 * DAY)
    assert await store.claim_job("sweep", clock(), "one", clock(), 60.0)
    for n in range(100, 130):
        await store.commit([order(str(n), at=clock())])
    with closing(sqlite3.connect(tmp_path / "stock.db")) as other:
        rows = {
            name: other.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]  # noqa: S608 - our own names
            for name in ("known", "ledger", "sold", "jobs", "returns")
        }
    assert rows == {"known": 30, "ledger": 30, "sold": 1, "jobs": 1, "returns": 1}
    (again,) = (await store.commit([back])).results
    assert isinstance(again, Outcome)
    assert again.status is Status.APPLIED


async def test_a_file_of_an_older_version_gets_the_columns_that_it_lacks(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "stock.db", lambda: 1.0)
    await store.open()
    await store.commit([Adjustment("k", "A", 1.0, "ann", physical=50)])
    await store.close()
    with closing(sqlite3.connect(tmp_path / "stock.db")) as db:
        db.execute("ALTER TABLE stock DROP COLUMN stated")

    looking = SqliteStore(tmp_path / "stock.db", lambda: 1.0, watching=True)
    with pytest.raises(StoreUnfit, match="older SyncState, and syncstate tables brings it up to date"):
        await looking.open()
    await looking.close()
    again = SqliteStore(tmp_path / "stock.db", lambda: 1.0)
    await again.open()

    assert (await again.glance("A")).stock.physical == 50
    await again.close()
