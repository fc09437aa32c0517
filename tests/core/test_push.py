"""Telling one channel: single flight, newest wins, owed until confirmed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.errors import Unavailable
from core.push import Pusher
from core.stock import Level, Push, Stock
from tests.core.shelf import Shelf, tell
from tests.core.stand_ins import Gate, StandInChannel
from tests.core.virtual_time import in_virtual_time


@in_virtual_time
async def test_a_channel_is_told_what_is_above_the_buffer(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    level = shelf.put("A", 10)
    shelf.levels["A"] = level = replace(level, stock=replace(level.stock, buffer=3))
    await tell(pusher, level)
    assert shopify.shows == {"A": 7}
    assert (shelf.told("A").quantity, shelf.told("A").version, shelf.told("A").status) == (7, 1, Push.CONFIRMED)
    assert pusher.health().owed == 0


@in_virtual_time
async def test_what_it_already_shows_is_not_told_again(shelf: Shelf, pusher: Pusher) -> None:
    await tell(pusher, shelf.put("A", 10))
    assert pusher.ask(shelf.levels["A"]) is None
    assert pusher.ask(shelf.put("A", 10)) is None


@in_virtual_time
async def test_nothing_is_ever_told_of_an_unmanaged_sku(pusher: Pusher) -> None:
    assert pusher.ask(Level(Stock("A", 10))) is None


@in_virtual_time
async def test_what_another_instance_tells_is_left_to_it_and_looked_at_later(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    claimed = replace(shelf.put("A", 10), claimed=frozenset({"shopify"}))
    with pytest.raises(Unavailable, match="another instance"):
        pusher.ask(claimed)
    gate = shopify.before_set = Gate()
    tasks = []
    for sku in "BCD":
        tasks.append(asyncio.ensure_future(tell(pusher, shelf.put(sku, 5))))
        await asyncio.sleep(1.0)
    shelf.levels["D"] = replace(shelf.levels["D"], claimed=frozenset({"shopify"}))
    gate.open()
    heard = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in heard] == [type(None), type(None), Unavailable]
    assert shopify.shows == {"B": 5, "C": 5}
    assert pusher.health().owed == 0


@in_virtual_time
async def test_skus_of_one_moment_go_in_batches(shelf: Shelf, pusher: Pusher, shopify: StandInChannel) -> None:
    shopify.at_once = 1
    await tell(pusher, *[shelf.put(f"S{n}", n) for n in range(25)])
    assert [len(call) for call in shopify.calls] == [10, 10, 5]
    assert shopify.shows == {f"S{n}": n for n in range(25)}


@in_virtual_time
async def test_a_change_during_a_push_is_told_right_after_it(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    gate = shopify.after_set = Gate()
    first = asyncio.ensure_future(tell(pusher, shelf.put("A", 10)))
    await asyncio.sleep(0.01)
    changes = [asyncio.ensure_future(tell(pusher, shelf.put("A", units))) for units in (9, 8, 7)]
    await asyncio.sleep(0.01)
    assert shopify.told == [("A", 10)]
    gate.open()
    await asyncio.gather(first, *changes)
    assert shopify.told == [("A", 10), ("A", 7)]


@in_virtual_time
async def test_a_change_that_nobody_asked_to_tell_is_found_when_the_push_is_settled(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    gate = shopify.before_set = Gate()
    push = asyncio.ensure_future(tell(pusher, shelf.put("A", 10)))
    await asyncio.sleep(0.01)
    shelf.put("A", 4)
    gate.open()
    await push
    assert shopify.told == [("A", 10), ("A", 4)]


@in_virtual_time
async def test_a_change_during_a_push_that_needed_nothing_is_told_too(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    await tell(pusher, shelf.put("A", 10), shelf.put("B", 1))
    await asyncio.sleep(1.0)
    shopify.at_once = 1
    gate = shopify.before_set = Gate()
    tasks = [asyncio.ensure_future(tell(pusher, shelf.put("B", 2)))]
    await asyncio.sleep(0.01)
    tasks += [asyncio.ensure_future(tell(pusher, shelf.put(sku, left))) for sku, left in (("A", 9), ("C", 1))]
    await asyncio.sleep(0.01)
    assert shopify.told[2:] == [("B", 2)]
    tasks.append(asyncio.ensure_future(tell(pusher, shelf.put("A", 10))))
    await asyncio.sleep(0.01)
    gate.open()
    again = shopify.before_set = Gate()
    await asyncio.sleep(1.0)
    assert [want.sku for want in shopify.calls[-1]] == ["C"]
    tasks.append(asyncio.ensure_future(tell(pusher, shelf.put("A", 3))))
    await asyncio.sleep(0.01)
    again.open()
    await asyncio.gather(*tasks)
    assert shopify.shows == {"A": 3, "B": 2, "C": 1}


@in_virtual_time
async def test_a_wait_in_the_line_reads_the_level_anew(shelf: Shelf, pusher: Pusher, shopify: StandInChannel) -> None:
    shopify.at_once = 1
    gate = shopify.before_set = Gate()
    tasks = [asyncio.ensure_future(tell(pusher, shelf.put("A", 5)))]
    await asyncio.sleep(0.01)
    tasks.append(asyncio.ensure_future(tell(pusher, shelf.put("B", 5))))
    await asyncio.sleep(1.0)
    shelf.put("B", 2)
    gate.open()
    await asyncio.gather(*tasks)
    assert shopify.told == [("A", 5), ("B", 2)]


@in_virtual_time
async def test_its_own_sales_are_what_a_channel_is_expected_to_show_less(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    await tell(pusher, shelf.put("A", 10))
    await tell(pusher, shelf.put("A", 7, own={"shopify": 2, "amazon": 1}))
    assert [(want.quantity, want.expected) for call in shopify.calls for want in call] == [(10, None), (7, 8)]
    assert shelf.levels["A"].own == {"shopify": 0, "amazon": 1}


@in_virtual_time
async def test_a_sale_during_a_push_stays_to_be_accounted_for(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    await tell(pusher, shelf.put("A", 10))
    await asyncio.sleep(1.0)
    gate = shopify.before_set = Gate()
    push = asyncio.ensure_future(tell(pusher, shelf.put("A", 9, own={"shopify": 1})))
    await asyncio.sleep(0.01)
    shelf.put("A", 7, own={"shopify": 2})
    gate.open()
    await push
    assert [want.expected for call in shopify.calls for want in call] == [None, 9, 7]
    assert shelf.levels["A"].own == {"shopify": 0}


@in_virtual_time
async def test_changes_that_follow_each_other_go_together_and_a_lone_one_at_once(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    await tell(pusher, shelf.put("A", 5))
    tasks = []
    for n in range(9):
        tasks.append(asyncio.ensure_future(tell(pusher, shelf.put(f"S{n}", n))))
        await asyncio.sleep(0.05)
    await asyncio.gather(*tasks)
    assert [len(call) for call in shopify.calls] == [1, 9]
    await asyncio.sleep(1.0)
    alone = asyncio.ensure_future(tell(pusher, shelf.put("B", 5)))
    await asyncio.sleep(0.01)
    assert shopify.told[-1] == ("B", 5)
    await alone


@in_virtual_time
async def test_what_only_has_to_be_written_down_holds_up_no_push(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.at_once = 1
    await tell(pusher, shelf.put("A", 5), shelf.put("B", 5))
    await asyncio.sleep(1.0)
    gate = shelf.pause = Gate()
    sold = replace(shelf.put("A", 4, own={"shopify": 1}), made={"shopify": shelf.clock() + 10.0})
    noted = asyncio.ensure_future(tell(pusher, sold))
    await asyncio.sleep(0.01)
    told = asyncio.ensure_future(tell(pusher, shelf.put("B", 4)))
    await asyncio.sleep(1.0)
    assert shopify.told[2:] == [("B", 4)]
    assert gate.waiting == 2
    gate.open()
    await asyncio.gather(noted, told)


@in_virtual_time
async def test_the_next_batch_goes_while_the_one_before_is_written_down_but_never_the_same_sku(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.at_once = 1
    gate = shelf.pause = Gate()
    tasks = [asyncio.ensure_future(tell(pusher, shelf.put("A", 5)))]
    await asyncio.sleep(1.0)
    tasks += [asyncio.ensure_future(tell(pusher, shelf.put(sku, 4))) for sku in "AB"]
    await asyncio.sleep(1.0)
    assert shopify.told == [("A", 5), ("B", 4)]
    gate.open()
    await asyncio.gather(*tasks)
    assert shopify.told == [("A", 5), ("B", 4), ("A", 4)]
