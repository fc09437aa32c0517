"""A sale comes in; stock, channels, alerts and people follow, once, whatever is re-sent and whoever is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from playground.faults import Fault
from playground.slack.records import Message
from tests.flows.instance import until
from tests.flows.town import Town, town

SKU = "TEE-RED-M"
TOLD_WITHIN = 20.0


async def test_a_sale_is_told_to_both_channels_once_however_often_it_is_re_sent(
    store: Mapping[str, str], tmp_path: Path
) -> None:
    async with town(tmp_path, store, {SKU: 0}) as here:
        await here.set_stock(SKU, 50, buffer=5)
        await until(lambda: here.shows(SKU) == (45, 45), 10.0)
        here.shop.faults.switch_on(Fault.DUPLICATE)
        here.shop.buy([(SKU, 3)])

        await here.deliver()

        await until(lambda: here.shows(SKU) == (42, 42), TOLD_WITHIN)
        assert await here.physical(SKU) == 47
        rows = (await here.ask(f"/api/transactions?sku={SKU}"))["items"]
        assert [row["delta"] for row in rows] == [-3, 50]


async def test_a_low_sku_raises_one_alert_that_one_person_acknowledges(
    store: Mapping[str, str], tmp_path: Path
) -> None:
    async with town(tmp_path, store, {SKU: 0}) as here:
        await here.set_stock(SKU, 7)
        await until(lambda: here.shows(SKU) == (7, 7), 10.0)
        for _ in range(3):
            here.shop.buy([(SKU, 1)])
        await here.deliver()
        message = await here.workspace.wait_for(lambda w: _only(w.messages("alerts")), 10.0)
        assert message is not None

        await here.operator.click("operator", message, "alert_acknowledge")

        user = here.workspace.user("operator")
        await here.workspace.wait_for(lambda w: user.id in str(_only(w.messages("alerts"))), 10.0)
        assert len(here.workspace.messages("alerts")) == 1
        assert (await here.ask("/api/alerts/unread"))["count"] == 0


async def test_stock_in_slack_is_answered_and_changed(store: Mapping[str, str], tmp_path: Path) -> None:
    async with town(tmp_path, store, {SKU: 0}) as here:
        await here.operator.command("operator", "stock", f"set {SKU} 20")
        await here.operator.command("operator", "stock", f"take {SKU} 4")

        delivery = await here.operator.command("operator", "stock", SKU)

        assert delivery.ok
        assert "16" in str(delivery.json())
        await until(lambda: here.shows(SKU) == (16, 16), 10.0)


async def test_killed_in_the_middle_it_loses_and_doubles_nothing(store: Mapping[str, str], tmp_path: Path) -> None:
    skus = [f"SKU-{number}" for number in range(5)]
    async with town(tmp_path, store, dict.fromkeys(skus, 0)) as here:
        for sku in skus:
            await here.set_stock(sku, 100)
        await until(lambda: all(here.shows(sku) == (100, 100) for sku in skus), 20.0)
        here.shop.faults.switch_on(Fault.DUPLICATE)
        here.shop.faults.switch_on(Fault.SHUFFLE)
        for number in range(60):
            here.shop.buy([(skus[number % 5], 1)])

        await _deliver_through_kills(here)

        for sku in skus:
            assert await here.physical(sku) == 88
        await until(lambda: all(here.shows(sku) == (88, 88) for sku in skus), 60.0)


async def test_a_restart_posts_the_alerts_that_slack_could_not_take(store: Mapping[str, str], tmp_path: Path) -> None:
    async with town(tmp_path, store, {SKU: 0}) as here:
        await here.set_stock(SKU, 6)
        here.workspace.faults.down = True
        here.shop.edit_listing(SKU, 6)
        here.shop.buy([(SKU, 2)])
        await here.deliver()
        await until(lambda: _unread(here), 10.0)
        await here.instance.kill()
        here.workspace.faults.down = False

        await here.instance.start()

        await here.workspace.wait_for(lambda w: _only(w.messages("alerts")), 40.0)


async def test_a_cancel_that_the_shop_restocks_is_no_drift_but_an_edit_there_is(
    store: Mapping[str, str], tmp_path: Path
) -> None:
    async with town(tmp_path, store, {SKU: 0}) as here:
        await here.set_stock(SKU, 50)
        await until(lambda: here.shows(SKU) == (50, 50), 10.0)
        order = here.shop.buy([(SKU, 2)])
        await here.deliver()

        here.shop.cancel(order.id)
        await here.deliver()

        await until(lambda: here.shows(SKU) == (50, 50), 10.0)
        assert not await _unread(here)

        here.shop.edit_listing(SKU, 90)
        await here.deliver()

        await until(lambda: here.shows(SKU) == (50, 50), 10.0)
        assert await _unread(here)


async def _deliver_through_kills(here: Town) -> None:
    sending = asyncio.create_task(here.couriers[0].drain())
    for share in (20, 60):
        await until(lambda share=share: sum(a.succeeded for a in here.couriers[0].attempts) >= share, 20.0)
        await here.instance.kill()
        await here.instance.start()
    sending.cancel()
    await _send_the_rest(here)


async def _send_the_rest(here: Town) -> None:
    """What any sender does that was not answered with 2xx: it sends again."""
    done = {attempt.delivery.id for attempt in here.couriers[0].attempts if attempt.succeeded}
    for delivery in here.shop.outbox.history:
        if delivery.id not in done:
            answer = await here.instance.http.post(delivery.url, content=delivery.body, headers=delivery.headers)
            assert answer.status_code == 200, answer.text


async def _unread(here: Town) -> bool:
    return bool((await here.ask("/api/alerts/unread"))["count"])


def _only(messages: list[Message]) -> Message | None:
    return messages[0] if messages else None


async def test_a_sku_is_nobodys_worry_any_more_once_its_stock_is_set(store: Mapping[str, str], tmp_path: Path) -> None:
    async with town(tmp_path, store, {SKU: 9}) as here:
        here.shop.buy([(SKU, 1)])
        await here.deliver()
        await until(lambda: _unread(here), 10.0)
        assert here.shows(SKU) == (8, 9)

        await here.set_stock(SKU, 40)

        await until(lambda: here.shows(SKU) == (40, 40), 10.0)
        await until(lambda: _nothing_unread(here), 10.0)


async def _nothing_unread(here: Town) -> bool:
    return not await _unread(here)
