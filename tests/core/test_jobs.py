"""The periodic work: each due run once over all instances, whoever dies or fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from core.adjustments import Adjustment
from core.alerts import Severity
from core.house import House
from core.jobs import Job, Runner, broadcast
from core.schedule import Every
from core.stock import Push, Told
from tests.core.stand_ins import DAY, NOON, Gate, HandClock, StandInChannel, SteppedStore, until


class Work:
    """Something to do, and when it was done."""

    def __init__(self) -> None:
        self.done: list[float] = []

    async def __call__(self, due: float) -> None:
        await asyncio.sleep(0)
        self.done.append(due)

    def job(self, name: str = "work", every: float = 15.0, late: float = 6 * 3_600.0) -> Job:
        return Job(name, Every(every), self, late=late)


async def fail(_: float) -> None:
    raise ZeroDivisionError


@pytest.fixture
def work() -> Work:
    return Work()


def runner(store: SteppedStore, clock: HandClock, *jobs: Job, owner: str = "one") -> Runner:
    return Runner(store, jobs, owner, clock)


async def test_four_instances_run_sixty_due_times_once_each(store: SteppedStore, clock: HandClock, work: Work) -> None:
    runners = [runner(store, clock, work.job(), owner=f"r{n}") for n in range(4)]
    for _ in range(60):
        await asyncio.gather(*[each.run_due() for each in runners])
        clock.advance(15)
    assert work.done == [NOON + 15 * n for n in range(60)]


async def test_clocks_that_differ_by_a_minute_lose_and_double_nothing(store: SteppedStore, work: Work) -> None:
    clocks = [HandClock(NOON + skew) for skew in (-30, 0, 30)]
    runners = [runner(store, clock, work.job(every=60.0), owner=f"r{n}") for n, clock in enumerate(clocks)]
    for _ in range(120):
        await asyncio.gather(*[each.run_due() for each in runners])
        for clock in clocks:
            clock.advance(15)
    runs = Counter(work.done)
    assert max(runs.values()) == 1
    assert sorted(runs) == [min(runs) + 60 * n for n in range(len(runs))]
    assert len(runs) >= 29


async def test_several_ticks_of_one_due_time_run_it_once(store: SteppedStore, clock: HandClock, work: Work) -> None:
    one = runner(store, clock, work.job(every=60.0))
    for _ in range(4):
        await one.run_due()
        clock.advance(15)
    assert work.done == [NOON]


async def test_a_restart_runs_nothing_again(store: SteppedStore, clock: HandClock, work: Work) -> None:
    await runner(store, clock, work.job(every=DAY / 2)).run_due()
    clock.advance(300)
    await runner(store, clock, work.job(every=DAY / 2), owner="later").run_due()
    assert len(work.done) == 1


async def test_the_first_start_runs_nothing_of_the_past(store: SteppedStore, clock: HandClock, work: Work) -> None:
    clock.advance(1)
    one = runner(store, clock, work.job(every=DAY / 2, late=DAY))
    await one.run_due()
    assert work.done == []
    clock.advance(DAY / 2)
    await one.run_due()
    assert work.done == [NOON + DAY / 2]


async def test_what_was_missed_for_a_while_is_made_up_once_and_later_it_is_skipped(
    store: SteppedStore, clock: HandClock, work: Work
) -> None:
    one = runner(store, clock, work.job(every=DAY / 2, late=3_600.0))
    clock.advance(1)
    await one.run_due()
    clock.advance(DAY / 2 + 1_800)
    await one.run_due()
    clock.advance(DAY / 2 + 3_600)
    await one.run_due()
    assert work.done == [NOON + DAY / 2]


async def test_the_run_of_an_instance_that_died_is_taken_over_after_its_lease(
    store: SteppedStore, clock: HandClock, work: Work
) -> None:
    gate = Gate()

    async def hang(_: float) -> None:
        await gate()

    dying = asyncio.create_task(runner(store, clock, Job("work", Every(DAY / 2), hang)).run_due())
    await gate.reached()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    other = runner(store, clock, work.job(every=DAY / 2), owner="two")
    for seconds, runs in ((60, 0), (59, 0), (2, 1), (600, 1)):
        clock.advance(seconds)
        await other.run_due()
        assert len(work.done) == runs


async def test_a_job_that_fails_stops_no_other_and_is_tried_again_after_its_lease(
    store: SteppedStore, clock: HandClock, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    one = runner(store, clock, Job("broken", Every(DAY / 2), fail), work.job())
    for _ in range(20):
        await one.run_due()
        clock.advance(15)
    assert len(work.done) == 20
    assert len([record for record in caplog.records if "broken" in record.message]) == 3


async def test_a_job_that_takes_long_holds_up_no_other(store: SteppedStore, clock: HandClock, work: Work) -> None:
    gate = Gate()

    async def hang(_: float) -> None:
        await gate()

    tick = asyncio.create_task(runner(store, clock, Job("slow", Every(15.0), hang), work.job()).run_due())
    await until(lambda: work.done == [NOON])
    gate.open()
    await tick


async def test_nothing_waits_for_a_job_that_runs_beside_the_others(
    store: SteppedStore, clock: HandClock, work: Work
) -> None:
    gate, runs = Gate(), []

    async def hang(due: float) -> None:
        runs.append(due)
        await gate()

    one = runner(store, clock, Job("slow", Every(15.0), hang, beside=True), work.job())
    for _ in range(3):
        await one.run_due()
        await gate.reached()
        clock.advance(15)
    assert (runs, work.done) == ([NOON], [NOON + 15 * n for n in range(3)])
    await one.close()
    await one.run_due()
    assert runs == [NOON, NOON + 45]
    await one.close()


async def test_a_job_that_outlives_its_lease_is_given_up(
    store: SteppedStore, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def hang(_: float) -> None:
        await asyncio.Event().wait()

    await runner(store, clock, Job("endless", Every(15.0), hang, lease=0.05)).run_due()
    assert "endless was given up" in caplog.text


async def test_any_job_can_be_run_at_once(store: SteppedStore, clock: HandClock, work: Work) -> None:
    one = runner(store, clock, work.job())
    assert one.names == ("work",)
    await one.run_now("work")
    assert work.done == [NOON]


async def leave_marks(store: SteppedStore, *skus: str) -> None:
    for sku in skus:
        await store.commit([Adjustment(f"left {sku}", sku, NOON, "ann", physical=30)])


async def test_a_broadcast_tells_what_is_owed_and_looks_again_at_open_stock_alerts(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    await leave_marks(store, "A", "B")
    await store.settle("A", 1, {"shopify": Told(None, 0, 0.0, Push.OWED, "503", NOON)}, {})
    await house.service.adjust("C", "ann", physical=2)
    await until(lambda: "C" in shopify.shows)
    await until(lambda: bool(store.steps.count("finish done")))
    await store.flag_alert("C", "stock_low")
    await store.commit([Adjustment("back", "C", NOON, "ann", physical=90)])
    await broadcast(store, house.follow_up, 0)
    await until(lambda: shopify.shows == {"A": 30, "C": 90})

    async def nothing_open() -> bool:
        return not await store.all_alerts()

    await until(nothing_open)


async def test_reminders_of_what_is_being_told_never_pile_up(
    house: House, store: SteppedStore, clock: HandClock, shopify: StandInChannel
) -> None:
    shopify.down = "503"
    await house.service.adjust("A", "ann", physical=3)  # a stock alert is open, too
    await until(store.is_done)
    shopify.down = ""
    gate = shopify.before_set = Gate()
    clock.advance(60)
    await broadcast(store, house.follow_up, 0)
    await gate.reached()
    tasks = len(asyncio.all_tasks())
    for _ in range(20):
        clock.advance(60)
        await broadcast(store, house.follow_up, 0)
        await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) <= tasks
    gate.open()
    await until(lambda: shopify.shows == {"A": 3})


async def test_a_channel_that_takes_nothing_for_a_minute_is_told_to_people_until_it_answers(
    house: House, store: SteppedStore, clock: HandClock, shopify: StandInChannel
) -> None:
    shopify.down = "503"
    await house.service.adjust("A", "ann", physical=30)
    await until(store.is_done)
    seen: list[tuple[Severity, int]] = []
    for seconds in (30, 40, 600, 3_600, 60):
        clock.advance(seconds)
        await house.watch()
        seen += [(alert.severity, alert.count) for alert in await store.all_alerts()]
    assert seen == [
        (Severity.WARNING, 1),
        (Severity.WARNING, 1),
        (Severity.CRITICAL, 2),
        (Severity.CRITICAL, 2),
    ]
    shopify.down = ""
    await broadcast(store, house.follow_up, 0)
    await until(lambda: shopify.shows == {"A": 30})
    await until(lambda: house.follow_up.health()[0].failing_since == 0.0)
    await house.watch()
    assert await store.all_alerts() == []


async def test_a_hindered_instance_leaves_a_run_to_the_others_for_ten_seconds(
    store: SteppedStore, clock: HandClock, work: Work
) -> None:
    job = replace(work.job(every=60.0), outward=True)
    hindered = Runner(store, [job], "one", clock, lambda: True)
    await hindered.run_due()
    clock.advance(60)
    await hindered.run_due()
    assert work.done == []
    clock.advance(10)
    await hindered.run_due()
    assert work.done == [NOON + 60]
    clock.advance(50)
    await runner(store, clock, job, owner="two").run_due()
    clock.advance(10)
    await hindered.run_due()
    assert work.done == [NOON + 60, NOON + 120]
