"""Telling one channel that fails, refuses, hangs or goes away: owed until confirmed, and the newest number wins."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from core.errors import Unavailable
from core.ports import Pushed, Want
from core.push import Pusher
from core.stock import Push, Told
from tests.core.shelf import START, Shelf, tell
from tests.core.stand_ins import Gate, StandInChannel
from tests.core.virtual_time import in_virtual_time


async def _shuffle(seed: int) -> None:
    shelf, channel, random = Shelf(), StandInChannel(batch=2, at_once=3), Random(seed)
    pusher = shelf.pusher(channel)

    async def dawdle(*_: object) -> None:
        await asyncio.sleep(random.choice((0, 0, 0.01, 0.3)))

    async def stumble(wants: Sequence[Want]) -> None:
        await dawdle()
        channel.down = "503" if random.random() < 0.2 else ""
        busy = {want.sku for want in wants if random.random() < 0.2}
        channel.refused = {sku: Pushed(sku, ok=False, error="busy") for sku in busy}

    shelf.pause = dawdle
    channel.before_set = stumble
    channel.after_set = dawdle
    asked = []
    for _ in range(20):
        sku = random.choice("AAB")
        asked.append(asyncio.ensure_future(tell(pusher, shelf.put(sku, random.randrange(50)))))
        await asyncio.sleep(random.choice((0, 0.005, 0.2, 2.0)))
    await asyncio.gather(*asked)
    await asyncio.sleep(3_600.0)
    assert pusher.health().owed == 0
    assert channel.doubled == []
    assert channel.shows == {sku: level.stock.physical for sku, level in shelf.levels.items()}
    assert all(shelf.told(sku).quantity == shown for sku, shown in channel.shows.items())
    assert all(shelf.told(sku).status is Push.CONFIRMED for sku in channel.shows)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_newest_number_is_the_last_one_told_whatever_happens(first: int) -> None:
    for seed in range(first, first + 50):
        in_virtual_time(_shuffle)(seed)


@in_virtual_time
async def test_a_channel_that_is_down_is_owed_and_asked_again_less_and_less_often(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    times: list[float] = []

    async def note(_: Sequence[Want]) -> None:
        times.append(shelf.clock() - START)

    shopify.before_set = note
    shopify.down = "503"
    await tell(pusher, shelf.put("A", 10))
    assert shelf.is_owed("A")
    assert (shelf.told("A").error, pusher.health().error, pusher.health().failing_since) == ("503", "503", START)
    await asyncio.sleep(70.0)
    assert times == pytest.approx([0, 1, 3, 7, 15, 30, 60], abs=0.1)
    shopify.down = ""
    await asyncio.sleep(60.0)
    assert shopify.shows == {"A": 10}
    assert shelf.told("A").status is Push.CONFIRMED
    assert (pusher.health().owed, pusher.health().failing_since, pusher.health().error) == (0, 0.0, "")


@in_virtual_time
async def test_a_channel_that_says_how_long_to_wait_is_left_alone_so_long(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.down, shopify.retry_after = "429", 40.0
    await tell(pusher, shelf.put("A", 10))
    shopify.down = ""
    for units in range(20, 30):
        await tell(pusher, shelf.put("A", units), shelf.put("B", units))
        await asyncio.sleep(1.0)
    assert len(shopify.calls) == 1
    await asyncio.sleep(40.0)
    assert shopify.shows == {"A": 29, "B": 29}


@in_virtual_time
async def test_what_is_asked_while_a_channel_is_left_alone_is_owed_at_once_and_once(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.down, shopify.retry_after = "429", 300.0
    await tell(pusher, shelf.put("A", 10))
    before = shelf.clock()
    await tell(pusher, *[shelf.put(f"S{n}", n) for n in range(50)])
    assert shelf.clock() - before < 1.0
    assert all(shelf.is_owed(f"S{n}") for n in range(50))
    words = len(shelf.words)
    for units in range(5):
        await tell(pusher, shelf.put("S1", units))
    assert len(shelf.words) == words
    assert pusher.health().owed == 51


@in_virtual_time
async def test_one_listing_that_cannot_be_set_holds_up_no_other(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.refused["B"] = Pushed("B", ok=False, error="busy")
    await tell(pusher, *[shelf.put(sku, 5) for sku in "ABC"])
    assert shopify.shows == {"A": 5, "C": 5}
    assert [shelf.is_owed(sku) for sku in "ABC"] == [False, True, False]
    assert pusher.health().failing_since == 0.0
    shopify.refused.clear()
    await asyncio.sleep(5.0)
    assert shopify.shows["B"] == 5


@in_virtual_time
async def test_what_a_channel_refuses_for_good_waits_for_a_person_or_the_next_change(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.refused["A"] = Pushed("A", ok=False, error="it is a bundle", final=True)
    await tell(pusher, shelf.put("A", 5))
    await asyncio.sleep(1_000.0)
    assert len(shopify.calls) == 1
    assert (shelf.told("A").status, shelf.told("A").error) == (Push.REFUSED, "it is a bundle")
    shopify.refused.clear()
    await tell(pusher, shelf.put("A", 6))
    assert shopify.shows == {"A": 6}


@in_virtual_time
async def test_a_want_without_an_answer_stays_owed(shelf: Shelf, shopify: StandInChannel) -> None:
    class Mute(StandInChannel):
        async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
            return (await super().push(wants))[1:]

    pusher = shelf.pusher(Mute())
    await tell(pusher, shelf.put("A", 5))
    assert shelf.is_owed("A")


@in_virtual_time
@pytest.mark.parametrize("error", [Unavailable("the disk is full"), ZeroDivisionError("a bug")])
async def test_when_the_store_fails_whoever_waits_hears_of_it_and_the_channel_is_told_later(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel, error: Exception
) -> None:
    shelf.error = error
    with pytest.raises(type(error)):
        await tell(pusher, shelf.put("A", 5))
    assert pusher.health().failing_since == 0.0
    shelf.error = None
    await asyncio.sleep(10.0)
    assert shelf.told("A").status is Push.CONFIRMED
    assert shopify.shows == {"A": 5}
    assert pusher.health().owed == 0


@in_virtual_time
async def test_a_bug_in_a_marketplace_is_survived(shelf: Shelf, pusher: Pusher, shopify: StandInChannel) -> None:
    async def stumble(_: Sequence[Want]) -> None:
        raise KeyError("quantity")

    shopify.before_set = stumble
    with pytest.raises(KeyError):
        await tell(pusher, shelf.put("A", 5))
    assert pusher.health().error == "KeyError"
    shopify.before_set = None
    await asyncio.sleep(10.0)
    assert shopify.shows == {"A": 5}


@in_virtual_time
async def test_stopping_waits_for_what_is_in_flight_and_owes_the_rest(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.at_once, shopify.batch = 1, 1
    gate = shopify.before_set = Gate()
    tasks = [asyncio.ensure_future(tell(pusher, shelf.put(sku, 5))) for sku in "AB"]
    await asyncio.sleep(0.01)
    stop = asyncio.ensure_future(pusher.stop())
    await asyncio.sleep(0.01)
    assert not stop.done()
    gate.open()
    await stop
    told, left = await asyncio.gather(*tasks, return_exceptions=True)
    assert (told, type(left)) == (None, Unavailable)
    assert shopify.shows == {"A": 5}
    assert shelf.is_owed("B")
    assert pusher.ask(shelf.put("C", 5)) is not None
    await asyncio.sleep(100.0)
    assert shopify.shows == {"A": 5}


@in_virtual_time
async def test_stopping_gives_up_after_two_seconds_what_hangs_and_leaves_its_mark_to_the_next_instance(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    shopify.before_set = Gate()
    telling = asyncio.ensure_future(tell(pusher, shelf.put("A", 5)))
    await asyncio.sleep(0.01)
    before = shelf.clock()
    await pusher.stop()
    assert shelf.clock() - before == pytest.approx(2.0, abs=0.1)
    with pytest.raises(Unavailable):
        await telling
    assert shelf.is_owed("A")
    assert shelf.told("A").tried == (5,)
    await asyncio.sleep(100.0)
    assert len(shopify.calls) == 1


@in_virtual_time
async def test_what_may_have_landed_after_another_instances_push_is_told_once_more(
    shelf: Shelf, pusher: Pusher, shopify: StandInChannel
) -> None:
    gate = shopify.before_set = Gate()
    telling = asyncio.ensure_future(tell(pusher, shelf.put("A", 5)))
    await asyncio.sleep(0.01)
    level = shelf.put("A", 3)
    shelf.levels["A"] = replace(level, claimed=frozenset({"shopify"}))
    shopify.shows["A"] = 3
    gate.open()
    await asyncio.sleep(0.01)
    assert shopify.shows == {"A": 5}
    told = Told(3, level.stock.version, shelf.clock(), Push.CONFIRMED)
    shelf.levels["A"] = replace(level, told={"shopify": told})
    shopify.before_set = None
    await asyncio.sleep(10.0)
    await asyncio.gather(telling, return_exceptions=True)
    assert shopify.shows == {"A": 3}
    assert shelf.told("A").tried == ()
    calls = len(shopify.calls)
    await tell(pusher, shelf.levels["A"])
    assert len(shopify.calls) == calls


@in_virtual_time
async def test_while_it_is_left_alone_what_another_instance_has_told_it_stands(
    shelf: Shelf, shopify: StandInChannel, pusher: Pusher
) -> None:
    shopify.down, shopify.retry_after = "no route", 300.0
    await tell(pusher, shelf.put("B", 1))
    before = shelf.put("A", 9)
    shelf.levels["A"] = replace(before, told={"shopify": Told(9, 1, shelf.clock(), Push.CONFIRMED)})
    asked = pusher.ask(before, sure=False)
    assert asked is not None
    await asked
    assert shelf.told("A").status is Push.CONFIRMED


@in_virtual_time
@pytest.mark.parametrize("own", [0, 1])
async def test_what_was_sent_and_could_not_be_written_down_is_put_right_though_the_level_is_as_before(
    shelf: Shelf, shopify: StandInChannel, pusher: Pusher, own: int
) -> None:
    await tell(pusher, shelf.put("A", 9))

    async def fail(_: Sequence[Want]) -> None:
        shelf.error = Unavailable("the disk is full")

    shopify.after_set = fail
    with pytest.raises(Unavailable):
        await tell(pusher, shelf.put("A", 10))
    shopify.after_set = shelf.error = None
    shopify.shows["A"] -= own
    await tell(pusher, shelf.put("A", 9 - own, own={"shopify": own}))

    assert shopify.shows == {"A": 9 - own}
