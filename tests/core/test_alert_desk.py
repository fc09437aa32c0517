"""Alerts in the store: one open per family and SKU, whoever raises, resolves or takes them at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.adjustments import Adjustment
from core.alert_desk import AlertDesk
from core.alerts import Alert, Severity, State
from core.changes import Notice
from core.errors import AlreadyHandled, NotFound
from core.stock import Level, Stock
from tests.core.stand_ins import NOON, HandClock, SteppedStore, numbered


@pytest.fixture
def wakes() -> list[None]:
    return []


@pytest.fixture
def desk(store: SteppedStore, clock: HandClock, wakes: list[None]) -> AlertDesk:
    return AlertDesk(store, clock, numbered(), lambda: wakes.append(None))


def low(number: int = 1, sku: str = "A", kind: str = "stock_low") -> Notice:
    return Notice(f"{sku}@{number}", kind, sku, f"{sku} runs low ({number}).")


async def only(store: SteppedStore) -> Alert:
    (alert,) = await store.all_alerts()
    return alert


async def level_of(store: SteppedStore, physical: int, sku: str = "A") -> Level:
    change = Adjustment(f"{sku}={physical}@{len(store.commits)}", sku, NOON, "ann", physical=physical)
    await store.commit([change])
    return (await store.levels([sku]))[sku]


async def test_a_notice_opens_an_alert_and_wakes_whoever_posts(
    desk: AlertDesk, store: SteppedStore, wakes: list[None]
) -> None:
    await desk.report(low())
    alert = await only(store)
    assert (alert.kind, alert.sku, alert.count, alert.revision, alert.at) == ("stock_low", "A", 1, 1, NOON)
    assert len(wakes) == 1


async def test_the_same_notice_again_changes_nothing(desk: AlertDesk, store: SteppedStore, wakes: list[None]) -> None:
    await desk.report(low())
    await desk.report(low())
    assert (await only(store)).count == 1
    assert len(wakes) == 1


async def test_a_second_notice_is_counted_on_the_first_alert(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.report(low(1))
    await desk.report(low(2, kind="oversold"))
    alert = await only(store)
    assert (alert.count, alert.kind, alert.severity) == (2, "oversold", Severity.CRITICAL)


async def test_each_sku_and_each_family_has_its_own(desk: AlertDesk, store: SteppedStore) -> None:
    await asyncio.gather(desk.report(low()), desk.report(low(sku="B")), desk.report(low(kind="unlisted_sku")))
    assert len(await store.all_alerts()) == 3


async def test_notices_that_come_together_are_all_counted_on_one(desk: AlertDesk, store: SteppedStore) -> None:
    await asyncio.gather(*[desk.report(low(n)) for n in range(20)])
    assert (await only(store)).count == 20


async def test_an_alert_of_a_whole_channel_has_the_channel_as_its_scope(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.report(Notice("n1", "sync_failed", "", "Shopify does not answer", scope="shopify"))
    assert (await only(store)).subject == "sync_failed#shopify"
    await desk.resolve("sync_failed", "shopify", "Shopify answers")
    assert await store.all_alerts() == []


async def test_resolving_what_is_not_open_is_harmless(desk: AlertDesk, wakes: list[None]) -> None:
    await desk.resolve("drift", "A", "fine")
    assert wakes == []


async def test_after_one_is_resolved_the_next_notice_opens_another(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.report(low(1))
    first = await only(store)
    await desk.resolve("stock_low", "A", "fine")
    await desk.report(low(2))
    assert (await only(store)).alert_id != first.alert_id
    kept = await store.alert(first.alert_id)
    assert kept is not None
    assert (kept.state, kept.message) == (State.RESOLVED, "fine")


async def test_of_fifty_who_acknowledge_at_once_one_has_it(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.report(low())
    alert = await only(store)
    clicks = [desk.acknowledge(alert.alert_id, f"u{n}") for n in range(50)]
    results = await asyncio.gather(*clicks, return_exceptions=True)
    (winner,) = [result for result in results if isinstance(result, Alert)]
    late = [result for result in results if isinstance(result, AlreadyHandled)]
    assert len(late) == 49
    assert {error.by for error in late} == {winner.acknowledged_by} == {(await only(store)).acknowledged_by}


async def test_a_late_acknowledge_leaves_a_resolved_one_resolved(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.report(low())
    alert = await only(store)
    await desk.resolve("stock_low", "A", "fine")
    with pytest.raises(AlreadyHandled, match="resolved"):
        await desk.acknowledge(alert.alert_id, "ann")
    assert await store.all_alerts() == []


async def test_resolved_wins_over_an_acknowledge_of_the_same_moment(desk: AlertDesk, store: SteppedStore) -> None:
    for number in range(10):
        await desk.report(low(number))
        alert = await only(store)
        await asyncio.gather(
            desk.acknowledge(alert.alert_id, "ann"), desk.resolve("stock_low", "A", "fine"), return_exceptions=True
        )
        assert await store.all_alerts() == []


async def test_an_alert_that_does_not_exist_cannot_be_acknowledged(desk: AlertDesk) -> None:
    with pytest.raises(NotFound):
        await desk.acknowledge("al_none", "ann")


async def test_one_alert_follows_the_level_down_and_up(desk: AlertDesk, store: SteppedStore) -> None:
    seen = []
    for physical in (3, 0, 2, 9):
        await desk.check(await level_of(store, physical))
        seen.append([alert.kind for alert in await store.all_alerts()])
    assert seen == [["stock_low"], ["out_of_stock"], ["stock_low"], []]
    assert (await store.levels(["A"]))["A"].alert == ""


async def test_the_same_level_is_counted_once(desk: AlertDesk, store: SteppedStore) -> None:
    level = await level_of(store, 3)
    for _ in range(3):
        await desk.check(level)
    assert (await only(store)).count == 1


async def test_an_unmanaged_sku_has_no_stock_alert(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.check(Level(Stock("A")))
    assert await store.all_alerts() == []


async def test_a_check_on_an_old_level_is_put_right_by_the_next(desk: AlertDesk, store: SteppedStore) -> None:
    old = await level_of(store, 3)
    await level_of(store, 50)
    await desk.check(old)
    assert [alert.kind for alert in await store.all_alerts()] == ["stock_low"]
    await desk.check((await store.levels(["A"]))["A"])
    assert await store.all_alerts() == []


async def test_an_acknowledged_alert_that_gets_worse_is_open_again(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.check(await level_of(store, 3))
    await desk.acknowledge((await only(store)).alert_id, "ann")
    await desk.check(await level_of(store, 0))
    alert = await only(store)
    assert (alert.state, alert.acknowledged_by, alert.count) == (State.OPEN, "", 2)


async def test_what_slack_has_not_shown_yet_is_found(desk: AlertDesk, store: SteppedStore) -> None:
    await desk.report(low())
    alert = (await store.untold_alerts(10))[0]
    assert await store.save_alert(replace(alert, told=alert.edition))
    assert await store.untold_alerts(10) == []
    await desk.report(low(2))
    assert len(await store.untold_alerts(10)) == 1
