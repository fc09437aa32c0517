"""A whole WooCommerce shop before the real routes: whatever of its webhooks arrives, the stock follows its goods."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from playground.faults import Fault
from tests.core.woo_house import open_woo_house


async def test_an_order_lowers_the_stock_and_nothing_is_sent_back(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        here.site.buy([("MUG", 3)])
        await here.deliver()
        await here.settled()
        assert (await here.on_hand("MUG"), here.site.quantity("MUG")) == (47, 47)
        assert here.world.sent("POST") == []
        assert await here.alerts() == []


async def test_two_states_of_one_second_share_a_delivery_id_and_both_count(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        order = here.site.buy([("MUG", 3)])
        await here.deliver()
        here.world.time.at += 60
        here.site.refund(order.id, {order.lines[0].id: 1}, restock=True)
        here.world.time.at += 1
        here.site.cancel(order.id)
        sent = [each for each in here.site.outbox.pending if each.topic == "order.updated"]
        here.world.time.at = int(here.world.time.at)
        await here.deliver()
        assert len(sent) == 2
        assert await here.on_hand("MUG") == 50


@pytest.mark.parametrize(("restock", "held"), [(True, 0), (False, 2)])
async def test_a_cancelled_order_holds_only_what_was_refunded_and_never_came_back(
    tmp_path: Path, restock: bool, held: int
) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        order = here.site.buy([("MUG", 5)])
        here.site.refund(order.id, {order.lines[0].id: 2}, restock=restock)
        await here.deliver()
        assert await here.on_hand("MUG") == (47 if restock else 45)
        here.world.time.at += 60
        here.site.cancel(order.id)
        await here.deliver()
        assert await here.on_hand("MUG") == 50 - held
        assert here.world.sent("GET", f"/orders/{order.id}/refunds")


async def test_a_payment_that_fails_frees_the_units_and_one_that_then_succeeds_takes_them(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        order = here.site.buy([("MUG", 3)], "pending")
        seen = []
        for status in ("on-hold", "failed", "pending", "processing", "completed"):
            await here.deliver()
            seen.append(await here.on_hand("MUG"))
            here.world.time.at += 60
            here.site.set_status(order.id, status)
        await here.deliver()
        assert [*seen, await here.on_hand("MUG")] == [50, 47, 50, 50, 47, 47]


@pytest.mark.parametrize("way", [1, -1])
async def test_an_unpaid_order_and_its_payment_within_one_second_end_paid_in_either_order(
    tmp_path: Path, way: int
) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        order = here.site.buy([("MUG", 3)], "pending")
        here.site.set_status(order.id, "processing")
        for sent in here.site.outbox.take_all()[::way]:
            here.site.outbox.put(sent)
        await here.courier.drain()
        assert await here.on_hand("MUG") == 47


@pytest.mark.parametrize("way", [1, -1])
async def test_an_order_that_is_paid_and_cancelled_within_one_second_ends_cancelled_in_either_order(
    tmp_path: Path, way: int
) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        order = here.site.buy([("MUG", 3)])
        here.site.refund(order.id, {order.lines[0].id: 1}, restock=True)
        here.site.cancel(order.id)
        for sent in here.site.outbox.take_all()[::way]:
            here.site.outbox.put(sent)
        await here.courier.drain()
        assert await here.on_hand("MUG") == 50


async def test_what_webhooks_of_one_second_left_open_is_settled_by_the_next_look(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        await here.job("orders")
        order = here.site.buy([("MUG", 3)], "on-hold")
        here.site.cancel(order.id)
        await here.deliver("order.created", "order.updated")
        assert await here.on_hand("MUG") == 47
        await here.job("orders", later=300)
        assert await here.on_hand("MUG") == 50


async def test_an_order_in_the_trash_holds_nothing_unless_it_was_sent_and_one_restored_holds_again(
    tmp_path: Path,
) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        open_order, sent = here.site.buy([("MUG", 3)]), here.site.buy([("MUG", 4)])
        here.site.set_status(sent.id, "completed")
        await here.deliver()
        here.world.time.at += 60
        here.site.trash(open_order.id)
        here.site.trash(sent.id)
        await here.deliver()
        assert await here.on_hand("MUG") == 46
        here.world.time.at += 60
        here.site.restore(open_order.id)
        await here.deliver()
        assert await here.on_hand("MUG") == 43


async def test_an_edit_that_changes_and_removes_lines_is_followed(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        for sku in ("MUG", "TEE"):
            await here.stock(sku, 50)
        order = here.site.buy([("MUG", 3), ("TEE", 2)], "on-hold")
        await here.deliver()
        await here.settled()
        here.world.time.at += 60
        here.site.edit(order.id, order.lines[0].id, 5)
        here.world.time.at += 60
        here.site.edit(order.id, order.lines[1].id, 0)
        waiting = here.site.outbox.take_all()
        Random(3).shuffle(waiting)
        for each in [*waiting, *waiting]:
            here.site.outbox.put(each)
        await here.courier.drain()
        assert (await here.on_hand("MUG"), await here.on_hand("TEE")) == (45, 50)
        await here.settled()
        assert (here.site.quantity("MUG"), here.site.quantity("TEE")) == (45, 50)


async def test_a_variation_without_its_sku_is_one_alert_and_harms_no_other_line(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        here.site.add_product("", 10)
        for _ in range(2):
            order = here.site.buy([("MUG", 1), ("", 2)])
            await here.deliver()
        await here.settled()
        (alert,) = await here.alerts()
        assert (alert.kind, alert.count) == ("webhook_refused", 2)
        assert f"Order {order.id} from woocommerce: a line was not counted (it has no SKU)." in alert.message
        assert await here.on_hand("MUG") == 48


async def test_an_edit_there_is_drift_and_is_put_right(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        here.world.time.at += 600
        here.site.edit_listing("MUG", 70)
        await here.deliver("product.updated")
        await here.settled()
        (alert,) = await here.alerts()
        assert (alert.kind, alert.sku) == ("drift", "MUG")
        assert here.site.quantity("MUG") == 50


async def test_our_own_push_comes_back_as_an_echo_that_changes_nothing(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        await here.house.service.adjust("MUG", "tests", physical=40)
        await here.settled()
        here.world.time.at += 600
        assert here.site.quantity("MUG") == 40
        await here.deliver()
        assert await here.alerts() == []
        assert len(here.world.sent("POST", "/products/batch")) == 1


async def test_every_webhook_lost_is_found_by_polling_and_counted_once(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 500)
        await here.job("orders")
        here.world.time.at += 60
        bought = [here.site.buy([("MUG", 2)]) for _ in range(120)]
        here.site.refund(bought[0].id, {bought[0].lines[0].id: 1}, restock=True)
        here.site.cancel(bought[1].id)
        here.site.trash(bought[2].id)
        here.site.outbox.take_all()
        for _ in range(3):
            await here.job("orders", later=300)
            assert await here.on_hand("MUG") == 500 - 240 + 1 + 2 + 2


async def test_a_poll_and_the_webhooks_at_once_count_once(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        await here.job("orders")
        here.world.time.at += 60
        for _ in range(5):
            here.site.buy([("MUG", 2)])
        here.site.faults.switch_on(Fault.DUPLICATE)
        waiting = here.deliver()
        await here.job("orders", later=300)
        await waiting
        assert await here.on_hand("MUG") == 40


async def test_an_order_webhook_that_cannot_be_completed_says_so_and_is_found_later(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        await here.job("orders")
        here.world.time.at += 60
        order = here.site.buy([("MUG", 5)])
        here.site.refund(order.id, {order.lines[0].id: 2}, restock=False)
        here.world.time.at += 60
        here.site.cancel(order.id)
        here.site.faults.switch_on(Fault.OFFLINE)
        await here.deliver("order.updated")
        assert here.courier.attempts[-1].status == 503
        here.site.faults.switch_off(Fault.OFFLINE)
        await here.job("orders", later=300)
        assert await here.on_hand("MUG") == 48


@pytest.mark.parametrize("end", ["trash", "failed"])
async def test_what_the_shop_itself_does_not_put_back_on_sale_is_put_back_by_us_at_once(
    tmp_path: Path, end: str
) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        here.world.time.at += 3_600
        order = here.site.buy([("MUG", 3)], "on-hold")
        await here.deliver()
        await here.settled()
        here.world.time.at += 600
        if end == "trash":
            here.site.trash(order.id)
        else:
            here.site.set_status(order.id, end)
        assert here.site.quantity("MUG") == 47
        await here.deliver()
        await here.settled()
        assert (await here.on_hand("MUG"), here.site.quantity("MUG")) == (50, 50)
        assert await here.alerts() == []


async def test_what_the_shop_puts_back_on_sale_although_it_is_lost_is_taken_off_again(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        here.world.time.at += 3_600
        order = here.site.buy([("MUG", 3)])
        here.world.time.at += 60
        here.site.refund(order.id, {order.lines[0].id: 1}, restock=False)
        await here.deliver()
        await here.settled()
        here.world.time.at += 60
        here.site.cancel(order.id)
        assert here.site.quantity("MUG") == 50
        await here.deliver("order.updated")
        await here.settled()
        assert (await here.on_hand("MUG"), here.site.quantity("MUG")) == (49, 49)
        assert await here.alerts() == []
