"""Every store keeps alerts by compare-and-swap, one unresolved for each subject."""

import asyncio
from dataclasses import fields, replace

import pytest

from core.alerts import Alert, Severity, State, acknowledged, resolved
from core.ports import Store
from tests.core.stores.places import START
from tests.core.stores.samples import low


async def _stored(store: Store, alert_id: str) -> Alert:
    found = await store.alert(alert_id)
    assert found is not None
    return found


async def test_an_alert_comes_back_as_it_was_saved(store: Store) -> None:
    full = Alert(
        alert_id="a1",
        kind="oversold",
        severity=Severity.CRITICAL,
        sku="🦊 / fox",
        message="too many <sold>",
        subject="stock#🦊 / fox",
        at=START,
        state=State.SNOOZED,
        count=7,
        revision=0,
        edition=9,
        told=8,
        updated_at=START + 1,
        acknowledged_by="U1",
        acknowledged_at=START + 2,
        resolved_at=START + 3,
        snoozed_until=START + 4,
        escalated_at=START + 5,
        last_notice="n1",
        post_channel="C1",
        post_ts="1700000000.000100",
        posting_until=START + 6,
        opened_at=START + 7,
        snoozed_by="U2",
        due_at=START + 8,
        reminded_at=START + 9,
        thread_ts="1700000000.000200",
        escalation_channel="C2",
        escalation_ts="1700000000.000300",
        escalation_told=3,
        nudges=2,
        nudges_told=1,
    )
    assert [each.name for each in fields(Alert) if getattr(full, each.name) == each.default] == ["revision"]

    assert await store.save_alert(full)

    assert await store.alert("a1") == replace(full, revision=1)
    assert await store.open_alert(full.subject) == replace(full, revision=1)


async def test_there_is_no_alert_where_none_was_saved(store: Store) -> None:
    assert await store.alert("none") is None
    assert await store.open_alert("stock#A") is None
    assert (await store.list_alerts("", "", 10)).items == ()
    assert await store.untold_alerts(10) == []


async def test_an_alert_without_a_sku_is_kept_too(store: Store) -> None:
    assert await store.save_alert(replace(low("a1"), sku="", subject="sync_failed#amazon"))

    assert (await _stored(store, "a1")).sku == ""


async def test_only_the_newest_revision_can_be_changed(store: Store) -> None:
    await store.save_alert(low("a1"))
    first = await _stored(store, "a1")

    assert await store.save_alert(acknowledged(first, "U1", START + 1))
    assert not await store.save_alert(acknowledged(first, "U2", START + 2))
    assert not await store.save_alert(low("a1"))

    now = await _stored(store, "a1")
    assert (now.revision, now.acknowledged_by) == (2, "U1")


async def test_a_revision_of_an_alert_that_is_not_there_is_refused(store: Store) -> None:
    assert not await store.save_alert(replace(low("a1"), revision=3))


async def test_a_subject_has_one_unresolved_alert(store: Store) -> None:
    assert await store.save_alert(low("a1"))
    assert not await store.save_alert(low("a2"))
    assert await store.save_alert(low("b1", "B"))

    found = await store.open_alert("stock#A")
    assert found is not None
    assert found.alert_id == "a1"


async def test_a_resolved_alert_frees_its_subject(store: Store) -> None:
    await store.save_alert(low("a1"))
    assert await store.save_alert(resolved(await _stored(store, "a1"), "is back", START + 1))
    assert await store.open_alert("stock#A") is None

    assert await store.save_alert(low("a2", at=START + 2))

    found = await store.open_alert("stock#A")
    assert found is not None
    assert found.alert_id == "a2"


async def test_a_resolved_alert_can_be_saved_beside_the_next_one(store: Store) -> None:
    await store.save_alert(low("a1"))
    await store.save_alert(resolved(await _stored(store, "a1"), "is back", START + 1))
    await store.save_alert(low("a2", at=START + 2))

    old = await _stored(store, "a1")
    assert await store.save_alert(replace(old, told=old.edition))
    assert not await store.save_alert(replace(old, told=old.edition))

    found = await store.open_alert("stock#A")
    assert found is not None
    assert found.alert_id == "a2"


async def test_of_fifty_at_once_one_wins(store: Store) -> None:
    saved = await asyncio.gather(*(store.save_alert(low(f"a{number}")) for number in range(50)))

    assert saved.count(True) == 1
    found = await store.open_alert("stock#A")
    assert found is not None
    assert found.alert_id == f"a{saved.index(True)}"
    assert len((await store.list_alerts("", "", 100)).items) == 1


async def test_of_fifty_acknowledgements_at_once_one_wins(store: Store) -> None:
    await store.save_alert(low("a1"))
    alert = await _stored(store, "a1")

    takers = [acknowledged(alert, f"U{number}", START + number) for number in range(50)]
    saved = await asyncio.gather(*(store.save_alert(taker) for taker in takers))

    assert saved.count(True) == 1
    assert (await _stored(store, "a1")).acknowledged_by == f"U{saved.index(True)}"


async def test_unresolved_alerts_come_newest_first(store: Store) -> None:
    for number in (2, 0, 3, 1):
        await store.save_alert(low(f"a{number}", f"A{number}", START + number))
    await store.save_alert(resolved(await _stored(store, "a2"), "", START + 9))
    await store.save_alert(acknowledged(await _stored(store, "a1"), "U1", START + 9))

    found = await store.list_alerts("", "", 10)

    assert [alert.alert_id for alert in found.items] == ["a3", "a1", "a0"]


async def test_alerts_of_a_severity_come_newest_first_resolved_ones_too(store: Store) -> None:
    for number in range(6):
        severity = Severity.CRITICAL if number % 2 else Severity.WARNING
        await store.save_alert(low(f"a{number}", f"A{number}", START + number, severity))
    await store.save_alert(resolved(await _stored(store, "a3"), "", START + 9))

    assert [alert.alert_id for alert in (await store.list_alerts("critical", "", 10)).items] == ["a5", "a3", "a1"]
    assert (await store.list_alerts("info", "", 10)).items == ()


@pytest.mark.parametrize("severity", ["", "warning"])
async def test_alerts_come_page_by_page_each_once(store: Store, severity: str) -> None:
    for number in range(10):
        await store.save_alert(low(f"a{number}", f"A{number}", START + number // 3))

    seen: list[Alert] = []
    cursor = ""
    for _ in range(8):
        page = await store.list_alerts(severity, cursor, 4)
        seen += page.items
        cursor = page.cursor
        if not cursor:
            break

    assert sorted(alert.alert_id for alert in seen) == [f"a{number}" for number in range(10)]
    assert [alert.at for alert in seen] == sorted((alert.at for alert in seen), reverse=True)


async def test_untold_alerts_come_oldest_change_first_until_they_are_told(store: Store) -> None:
    for number in (2, 0, 1):
        await store.save_alert(low(f"a{number}", f"A{number}", START + number))
    first = await _stored(store, "a0")
    await store.save_alert(replace(first, told=first.edition, updated_at=START + 8))
    again = await _stored(store, "a0")
    assert [alert.alert_id for alert in await store.untold_alerts(10)] == ["a1", "a2"]

    await store.save_alert(resolved(again, "is back", START + 9))

    assert [alert.alert_id for alert in await store.untold_alerts(10)] == ["a1", "a2", "a0"]
    assert [alert.alert_id for alert in await store.untold_alerts(2)] == ["a1", "a2"]


async def test_alerts_come_due_the_longest_due_first_and_only_then(store: Store) -> None:
    for number in (2, 0, 3, 1):
        await store.save_alert(replace(low(f"a{number}", f"A{number}"), due_at=START + 10 * number + 1))
    await store.save_alert(low("never", "N"))

    assert [alert.alert_id for alert in await store.due_alerts(START + 21, 10)] == ["a0", "a1", "a2"]
    assert [alert.alert_id for alert in await store.due_alerts(START + 21, 2)] == ["a0", "a1"]
    assert await store.due_alerts(START, 10) == []


async def test_an_alert_whose_time_was_taken_away_is_not_due(store: Store) -> None:
    await store.save_alert(replace(low("a1"), due_at=START + 1))
    await store.save_alert(replace(await _stored(store, "a1"), due_at=0.0))

    assert await store.due_alerts(START + 100, 10) == []
