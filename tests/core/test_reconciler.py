"""Reconcile: what the shop really shows is read back, told apart by its cause, and put right."""

from __future__ import annotations

from pathlib import Path

import httpx2

from core.changes import Entry
from core.expected import Outlook
from core.reconcile import Cause, Difference, Reconciled, cause_of, dump, earlier_levels, load
from core.rules import WHOLE, Rule
from core.stock import Level, Push, Stock, Told
from playground.faults import Fault
from tests.core.shop_house import ShopHouse, open_shop_house
from tests.core.stand_ins import NOON, Gate, until


async def reconcile(here: ShopHouse, sku: str = "") -> Reconciled:
    running = await here.house.service.steering.reconcile("shopify", "U1", sku)
    assert await running.wait(10.0)
    await here.settled()
    return running.report


async def told(here: ShopHouse, sku: str, physical: int) -> None:
    await here.stock(sku, physical)
    await until(lambda: here.shop.quantity(sku) == physical)


async def test_listings_that_show_what_they_should_are_only_counted(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        here.shop.add_variant("STRANGER", 3)

        report = await reconcile(here)

        assert (report.looked, report.unmanaged, report.differ, report.trouble) == (2, 1, 0, "")
        assert await here.is_calm()


async def test_an_edit_in_the_shop_that_no_webhook_told_of_is_found_named_and_put_right(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        here.shop.edit_listing("A", 77)
        here.shop.outbox.take_all()

        report = await reconcile(here)

        assert report.causes == {Cause.EDITED: 1}
        assert report.first == (Difference("A", 77, 50, 50, Cause.EDITED),)
        await until(lambda: here.shop.quantity("A") == 50)
        assert [alert.kind for alert in await here.alerts()] == ["drift"]
        assert (await reconcile(here)).differ == 0


async def test_one_sku_alone_can_be_reconciled(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        await told(here, "B", 20)
        for sku in ("A", "B"):
            here.shop.edit_listing(sku, 77)
        here.shop.outbox.take_all()

        report = await reconcile(here, "B")

        assert [each.sku for each in report.first] == ["B"]
        await until(lambda: here.shop.quantity("B") == 20)
        assert here.shop.quantity("A") == 77


async def test_a_listing_that_still_shows_what_it_was_told_before_has_lost_a_push(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        await here.house.service.adjust("A", "U1", physical=40)
        await here.settled()
        await until(lambda: here.shop.quantity("A") == 40)
        here.shop.edit_listing("A", 50)
        here.shop.outbox.take_all()

        assert (await reconcile(here)).causes == {Cause.LOST: 1}
        await until(lambda: here.shop.quantity("A") == 40)


async def test_an_order_that_no_webhook_told_of_is_fetched_and_never_raised_over(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        here.world.time.at += 60
        here.shop.buy([("A", 3)])
        here.shop.outbox.take_all()

        report = await reconcile(here)

        assert report.causes == {Cause.UNSEEN: 1}

        async def is_counted() -> bool:
            return await here.on_hand("A") == 47

        await until(is_counted)
        assert here.shop.quantity("A") == 47


async def test_a_listing_that_is_gone_is_told_to_people(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        here.shop.remove_variant("A")
        here.shop.outbox.take_all()

        report = await reconcile(here)

        assert report.causes == {Cause.GONE: 1}
        assert "drift" in {alert.kind for alert in await here.alerts()}


async def test_a_paused_channel_is_compared_and_left_alone(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        await here.house.service.steering.pause("shopify", "U1")
        here.shop.edit_listing("A", 77)
        here.shop.outbox.take_all()

        assert (await reconcile(here)).causes == {Cause.EDITED: 1}
        assert here.shop.quantity("A") == 77

        await here.house.service.steering.resume("shopify", "U1")
        await until(lambda: here.shop.quantity("A") == 50)


async def test_a_shop_that_does_not_answer_breaks_it_off_with_the_reason(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await told(here, "A", 50)
        here.shop.faults.switch_on(Fault.OFFLINE)

        report = await reconcile(here)

        assert report.trouble
        assert await here.house.service.steering.last_reconcile("shopify") == (report, False)


async def test_a_catalogue_that_takes_minutes_to_come_is_not_read_twice(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        steering = here.house.service.steering
        gate = Gate()

        async def wait(_: httpx2.Request) -> None:
            await gate()

        here.world.shopify._client.event_hooks = {"request": [wait]}  # noqa: SLF001 - the same network, listened to
        running = await steering.reconcile("shopify", "U1")
        await gate.reached()
        here.world.time.at += 300
        _, goes_on = await steering.last_reconcile("shopify")
        assert goes_on
        gate.open()
        assert await running.wait(10.0)


def view(told: Told | None, wanted: int = 10, own: int = 0, held: str = "") -> Outlook:
    level = Level(
        Stock("A", wanted, counted_at=0.0, version=3), told={"shopify": told} if told else {}, own={"shopify": own}
    )
    return Outlook(level, "shopify", wanted, NOON, held)


def test_each_cause_is_told_from_the_others() -> None:
    fine = Told(10, 3, NOON, Push.CONFIRMED)
    owed = Told(12, 2, NOON, Push.OWED, "timeout", tried=(10,))

    assert cause_of(view(fine), 10) is None
    assert cause_of(view(fine), 12) is Cause.EDITED
    assert cause_of(view(fine), 12, {12}) is Cause.LOST
    assert cause_of(view(fine), 9) is Cause.UNSEEN
    assert cause_of(view(fine), None) is Cause.GONE
    assert cause_of(view(None), 10) is Cause.UNTOLD
    assert cause_of(view(None), None) is None
    assert cause_of(view(owed), 12) is Cause.LOST
    assert cause_of(view(owed, held="paused"), 12) is Cause.HELD
    assert cause_of(view(owed), 10) is None


def test_what_it_should_have_shown_before_follows_from_the_ledger() -> None:
    entries = [Entry("2", "A", "order", -3, NOON), Entry("1", "A", "buffer", 0, NOON), Entry("0", "A", "add", 20, NOON)]

    assert earlier_levels(Stock("A", 47, 5), WHOLE, entries) == {45, 25}
    assert earlier_levels(Stock("A", 47, 5), Rule(max_listed=30), entries) == {30, 25}


def test_a_report_is_read_back_as_it_was_written() -> None:
    found = (Difference("A", None, 3, 4, Cause.GONE), Difference("B", 1, None, 4, Cause.UNTOLD))
    report = Reconciled("shopify", NOON, "U1").looked_at(250, 2, 1, NOON + 1).with_found(found)

    assert load(dump(report)) == report
    assert report.differ == 2
