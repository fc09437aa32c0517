"""Group commit: who shares a transaction with whom, and who hears what when something goes wrong."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from core.adjustments import Adjustment
from core.changes import Change, Committed, Decision, Outcome, Status
from core.commit import GroupCommit
from core.errors import NotEnoughStock, Unavailable
from core.orders.change import OrderChange
from core.orders.facts import LineFact, OrderFacts
from core.stock import Stock
from tests.core.stand_ins import NOON, Gate, HandClock, SteppedStore, go_on, until


def add(key: str, units: int = 1, sku: str = "A") -> Adjustment:
    return Adjustment(key, sku, NOON, "ann", delta=units)


@dataclass(frozen=True, slots=True)
class Poison:
    """A change that nobody can decide."""

    key: str = "poison"
    exact: bool = False

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        return ("A",)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        raise ZeroDivisionError


class ParallelStore(SteppedStore):
    """Takes several small groups at a time, and notes where two of them touch the same SKU."""

    group_size = 4
    groups_at_once = 3

    def __init__(self, path: Path, clock: HandClock) -> None:
        super().__init__(path, clock)
        self.busy: Counter[str] = Counter()
        self.clashes: list[str] = []
        self.most_at_once = 0
        self._at_once = 0

    async def commit(self, changes: Sequence[Change]) -> Committed:
        skus = {sku for change in changes for sku in change.needs(None)}
        self.clashes += [sku for sku in skus if self.busy[sku]]
        self.busy.update(skus)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await super().commit(changes)
        finally:
            self.busy.subtract(skus)
            self._at_once -= 1


@pytest.fixture
def followed() -> list[Committed]:
    return []


@pytest.fixture
def commits(store: SteppedStore, followed: list[Committed]) -> GroupCommit:
    return GroupCommit(store, followed.append)


@pytest.fixture
async def parallel(tmp_path: Path, clock: HandClock) -> AsyncIterator[ParallelStore]:
    store = ParallelStore(tmp_path / "parallel.db", clock)
    await store.open()
    yield store
    await store.close()


async def on_hand(store: SteppedStore, sku: str = "A") -> int:
    return (await store.levels([sku]))[sku].stock.physical


async def test_alone_a_change_waits_for_nobody(store: SteppedStore, commits: GroupCommit) -> None:
    await commits.submit(add("1"))
    await commits.submit(add("2"))
    assert [len(group) for group in store.commits] == [1, 1]


async def test_changes_of_one_moment_share_a_group(
    store: SteppedStore, commits: GroupCommit, followed: list[Committed]
) -> None:
    outcomes = await asyncio.gather(*[commits.submit(add(str(n))) for n in range(50)])
    assert [len(group) for group in store.commits] == [50]
    assert len(followed) == 1
    assert {outcome.after["A"].physical for outcome in outcomes} == {50}


async def test_what_comes_while_a_group_is_written_makes_the_next_one(
    store: SteppedStore, commits: GroupCommit
) -> None:
    gate = Gate()
    store.step = gate
    first = asyncio.create_task(commits.submit(add("first")))
    await gate.reached()
    rest = [asyncio.create_task(commits.submit(add(str(n)))) for n in range(20)]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(first, *rest)
    assert [len(group) for group in store.commits] == [1, 20]


async def test_a_group_is_followed_up_before_its_changes_are_answered(store: SteppedStore) -> None:
    order: list[str] = []
    commits = GroupCommit(store, lambda _: order.append("followed"))
    await commits.submit(add("1"))
    order.append("answered")
    assert order == ["followed", "answered"]


async def test_a_refused_change_harms_no_other(store: SteppedStore, commits: GroupCommit) -> None:
    await commits.submit(add("start", 10))
    wanted = [add("1", 2), add("take", -30), add("2", 3), add("1", 2)]
    results = await asyncio.gather(*[commits.submit(each) for each in wanted], return_exceptions=True)
    assert isinstance(results[1], NotEnoughStock)
    assert [r.status for r in results if isinstance(r, Outcome)] == [Status.APPLIED, Status.APPLIED, Status.DUPLICATE]
    assert await on_hand(store) == 15


@pytest.mark.parametrize("place", [0, 7, 15])
async def test_a_poisoned_change_harms_no_other(store: SteppedStore, commits: GroupCommit, place: int) -> None:
    wanted: list[Change] = [add(str(n)) for n in range(15)]
    wanted.insert(place, Poison())
    results = await asyncio.gather(*[commits.submit(each) for each in wanted], return_exceptions=True)
    assert [type(r) for n, r in enumerate(results) if n != place] == [Outcome] * 15
    assert isinstance(results[place], ZeroDivisionError)
    assert await on_hand(store) == 15


async def test_a_row_that_is_already_there_harms_no_other(store: SteppedStore, commits: GroupCommit) -> None:
    def order(order_id: str, units: int, at: float) -> OrderChange:
        return OrderChange(OrderFacts("shopify", order_id, "order", NOON, at, lines=(LineFact("1", "A", units),)), at)

    await commits.submit(add("start", 10))
    await commits.submit(order("7", 1, NOON))
    await commits.submit(order("7", 2, NOON + 1))
    wanted: list[Change] = [add("1"), order("7#1.0", 1, NOON), add("2")]
    results = await asyncio.gather(*[commits.submit(each) for each in wanted], return_exceptions=True)
    assert [type(result) for result in results] == [Outcome, sqlite3.IntegrityError, Outcome]
    assert await on_hand(store) == 10


async def test_too_many_are_refused_at_once(store: SteppedStore, followed: list[Committed]) -> None:
    commits = GroupCommit(store, followed.append, most_waiting=5)
    gate = Gate()
    store.step = gate
    first = asyncio.create_task(commits.submit(add("first")))
    await gate.reached()
    waiting = [asyncio.create_task(commits.submit(add(str(n)))) for n in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="too many") as refused:
        await commits.submit(add("late"))
    assert refused.value.retry_after == 1
    gate.open()
    await asyncio.gather(first, *waiting)
    assert await on_hand(store) == 6


@pytest.mark.parametrize("error", [Unavailable("the disk is full"), ZeroDivisionError("a bug")])
async def test_when_the_store_fails_everybody_hears_of_it(
    store: SteppedStore, commits: GroupCommit, error: Exception
) -> None:
    async def fail(_: str) -> None:
        raise error

    store.step = fail
    wanted = [commits.submit(add(str(n))) for n in range(9)]
    assert await asyncio.gather(*wanted, return_exceptions=True) == [error] * 9
    store.step = go_on
    await asyncio.gather(*[commits.submit(add(str(n))) for n in range(9)])
    assert await on_hand(store) == 9


async def test_a_lost_answer_is_made_good_by_asking_again(store: SteppedStore, commits: GroupCommit) -> None:
    async def lose(step: str) -> None:
        if step == "commit done":
            raise Unavailable("the answer is lost")

    store.step = lose
    with pytest.raises(Unavailable):
        await commits.submit(add("1"))
    store.step = go_on
    assert (await commits.submit(add("1"))).status is Status.DUPLICATE
    assert await on_hand(store) == 1


async def test_one_who_goes_away_loses_nothing_and_disturbs_nobody(store: SteppedStore, commits: GroupCommit) -> None:
    gate = Gate()
    store.step = gate
    first = asyncio.create_task(commits.submit(add("first")))
    await gate.reached()
    rest = [asyncio.create_task(commits.submit(add(str(n)))) for n in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    rest[1].cancel()
    gate.open()
    results = await asyncio.gather(first, *rest, return_exceptions=True)
    assert [type(result) for result in results] == [
        asyncio.CancelledError,
        Outcome,
        asyncio.CancelledError,
        Outcome,
    ]
    assert (await commits.submit(add("first"))).status is Status.DUPLICATE
    assert (await commits.submit(add("1"))).status is Status.DUPLICATE
    assert await on_hand(store) == 4


async def test_no_sku_is_in_two_groups_at_a_time(parallel: ParallelStore, followed: list[Committed]) -> None:
    commits = GroupCommit(parallel, followed.append)
    random = Random(7)

    async def dawdle(_: str) -> None:
        for _turn in range(random.randrange(4)):
            await asyncio.sleep(0)

    parallel.step = dawdle
    skus = ["hot"] * 30 + [f"S{n % 12}" for n in range(90)]
    random.shuffle(skus)
    await asyncio.gather(*[commits.submit(add(str(n), 1, sku)) for n, sku in enumerate(skus)])
    assert parallel.clashes == []
    assert parallel.most_at_once == 3
    assert {sku: await on_hand(parallel, sku) for sku in set(skus)} == Counter(skus)


async def test_a_hot_sku_does_not_hold_up_the_others(parallel: ParallelStore, followed: list[Committed]) -> None:
    commits = GroupCommit(parallel, followed.append)
    gate = Gate()
    parallel.step = gate
    tasks = [asyncio.create_task(commits.submit(add("h0", 1, "hot")))]
    await gate.reached()
    tasks += [asyncio.create_task(commits.submit(add(f"h{n}", 1, "hot"))) for n in range(1, 4)]
    tasks.append(asyncio.create_task(commits.submit(add("cool", 1, "cool"))))
    await until(lambda: gate.waiting == 2)
    assert [[change.key for change in group] for group in parallel.commits] == [["h0"], ["cool"]]
    gate.open()
    await asyncio.gather(*tasks)
    assert await on_hand(parallel, "hot") == 4


async def test_draining_waits_for_all_that_was_submitted(store: SteppedStore, commits: GroupCommit) -> None:
    tasks = [asyncio.create_task(commits.submit(add(str(n)))) for n in range(30)]
    await asyncio.sleep(0)
    await commits.drain()
    assert await on_hand(store) == 30
    await asyncio.gather(*tasks)
