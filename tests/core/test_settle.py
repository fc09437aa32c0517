"""Writing down what channels were told: together where they answer together, and nothing of it lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.adjustments import Adjustment
from core.alert_desk import AlertDesk
from core.errors import Unavailable
from core.settle import Settler
from core.stock import Level, Push, Told
from core.words import Word
from tests.core.stand_ins import NOON, HandClock, SteppedStore, go_on, numbered


class Telling:
    """Which channels have a push in flight."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __call__(self, sku: str) -> frozenset[str]:
        return frozenset(self.names)


@pytest.fixture
def telling() -> Telling:
    return Telling()


@pytest.fixture
def settler(store: SteppedStore, clock: HandClock, telling: Telling) -> Settler:
    return Settler(store, AlertDesk(store, clock, numbered(), lambda: None), telling)


async def level(store: SteppedStore, physical: int = 10) -> Level:
    await store.commit([Adjustment(f"n{len(store.commits)}", "A", NOON, "ann", physical=physical)])
    return await now(store)


async def now(store: SteppedStore) -> Level:
    return (await store.levels(["A"]))["A"]


def word(level: Level, status: Push = Push.CONFIRMED, error: str = "", listing: str = "") -> Word:
    return Word(level, Told(level.stock.broadcast, level.stock.version, NOON, status, error), listing)


async def test_channels_that_answer_together_are_written_down_together(
    store: SteppedStore, settler: Settler, telling: Telling
) -> None:
    seen = await level(store)
    telling.names = {"shopify", "amazon"}
    first = asyncio.create_task(settler.settle("A", "shopify", word(seen)))
    await asyncio.sleep(0)
    assert store.settled == []
    assert await settler.settle("A", "amazon", word(seen)) is None
    assert await first is None
    assert [sorted(told) for told in store.settled] == [["amazon", "shopify"]]


async def test_one_that_answers_alone_waits_for_nobody(store: SteppedStore, settler: Settler, telling: Telling) -> None:
    seen = await level(store)
    telling.names = {"shopify"}
    async with asyncio.timeout(3):  # a patient word waits five seconds for others
        await settler.settle("A", "shopify", replace(word(seen), patient=True))
    assert (await now(store)).told["shopify"].status is Push.CONFIRMED


async def test_one_whose_other_hangs_waits_a_quarter_of_a_second_and_no_longer(
    store: SteppedStore, settler: Settler, telling: Telling
) -> None:
    seen = await level(store)
    telling.names = {"shopify", "amazon"}
    async with asyncio.timeout(2):
        await settler.settle("A", "shopify", word(seen))
    assert [sorted(told) for told in store.settled] == [["shopify"]]


async def test_one_that_told_an_old_version_is_given_the_new_level(store: SteppedStore, settler: Settler) -> None:
    seen = await level(store)
    fresh = await level(store, 4)
    again = await settler.settle("A", "shopify", word(seen))
    assert again is not None
    assert again.stock == fresh.stock


async def test_of_two_versions_settled_together_the_older_is_told_to_look_again(
    store: SteppedStore, settler: Settler, telling: Telling
) -> None:
    seen = await level(store)
    fresh = await level(store, 4)
    telling.names = {"shopify", "amazon"}
    old, new = await asyncio.gather(
        settler.settle("A", "shopify", word(seen)), settler.settle("A", "amazon", word(fresh))
    )
    assert old is not None
    assert old.stock.version == fresh.stock.version
    assert new is None or new.stock.version == fresh.stock.version


async def test_the_listing_that_a_channel_found_is_remembered(store: SteppedStore, settler: Settler) -> None:
    await settler.settle("A", "amazon", word(await level(store), listing="B01"))
    assert (await now(store)).links == {"amazon": "B01"}


async def test_what_is_owed_is_in_the_list_of_the_owed_until_it_is_confirmed(
    store: SteppedStore, settler: Settler
) -> None:
    seen = await level(store)
    await settler.settle("A", "shopify", word(seen, Push.OWED, "503"))
    assert (await store.owed("shopify", "", 10)).items == ("A",)
    assert (await store.owed("amazon", "", 10)).items == ()
    await settler.settle("A", "shopify", word(await now(store)))
    assert (await store.owed("shopify", "", 10)).items == ()


async def test_people_hear_what_a_channel_refuses_and_when_it_takes_it(store: SteppedStore, settler: Settler) -> None:
    seen = await level(store)
    for _ in range(2):
        await settler.settle("A", "shopify", word(seen, Push.REFUSED, "it is a bundle"))
    (alert,) = await store.all_alerts()
    assert (alert.kind, alert.sku, alert.count) == ("sync_failed", "A", 1)
    assert "it is a bundle" in alert.message
    await settler.settle("A", "shopify", word(await now(store)))
    assert await store.all_alerts() == []


async def test_while_another_channel_refuses_it_the_alert_stays(store: SteppedStore, settler: Settler) -> None:
    await settler.settle("A", "shopify", word(await level(store), Push.REFUSED, "it is a bundle"))
    await settler.settle("A", "amazon", word(await now(store), Push.OWED, "503"))
    await settler.settle("A", "amazon", word(await now(store)))
    assert len(await store.all_alerts()) == 1


@pytest.mark.parametrize("step", ["open_alert", "save_alert", "settle", "settle done", "link"])
async def test_a_failure_is_heard_by_every_channel_and_made_good_by_asking_again(
    store: SteppedStore, settler: Settler, telling: Telling, step: str
) -> None:
    refused = word(await level(store), Push.REFUSED, "it is a bundle")
    await settler.settle("A", "shopify", refused)
    seen = await now(store)
    words = {"shopify": word(seen), "amazon": word(seen, listing="B01")}
    telling.names = set(words)

    async def fail(name: str) -> None:
        if name == step:
            raise Unavailable("the disk is full")

    store.step = fail
    asked = [settler.settle("A", channel, said) for channel, said in words.items()]
    assert [type(heard) for heard in await asyncio.gather(*asked, return_exceptions=True)] == [Unavailable] * 2
    store.step = go_on
    await asyncio.gather(*[settler.settle("A", channel, said) for channel, said in words.items()])
    assert {channel: told.status for channel, told in (await now(store)).told.items()} == {
        "shopify": Push.CONFIRMED,
        "amazon": Push.CONFIRMED,
    }
    assert await store.all_alerts() == []


async def test_one_who_stops_waiting_leaves_the_word_to_be_written(store: SteppedStore, settler: Settler) -> None:
    seen = await level(store)
    waiting = asyncio.create_task(settler.settle("A", "shopify", word(seen)))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await settler.settle("A", "amazon", word(seen))
    assert sorted((await now(store)).told) == ["amazon", "shopify"]


async def test_a_patient_word_waits_no_longer_once_the_level_has_moved_on(
    store: SteppedStore, settler: Settler, telling: Telling
) -> None:
    seen = await level(store)
    telling.names = {"shopify", "amazon"}
    noted = asyncio.create_task(settler.settle("A", "shopify", replace(word(seen), patient=True)))
    await asyncio.sleep(0)
    assert store.settled == []
    async with asyncio.timeout(3):  # it would wait five seconds
        settler.hurry("A")
        await noted
    assert [sorted(told) for told in store.settled] == [["shopify"]]
