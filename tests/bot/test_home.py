"""The Home tab: what it shows, and how seldom it is published."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from playground.slack.clock import HandClock
from playground.slack.records import View
from tests.bot.held_store import UNAVAILABLE, HeldStore
from tests.bot.room import ALERTS, HOME, Room, a_room, only

KINDS = ("unlisted_sku", "stock_low", "oversold")


def home_of(room: Room, user: str = "operator") -> View:
    view = room.slack.home(user)
    assert view is not None
    return view


def publishes(room: Room) -> int:
    return len(room.slack.calls_of("views.publish"))


async def refresh(room: Room) -> None:
    """Let the Home tabs be refreshed until nothing waits, moving the clock to when they want to come again."""
    again = await room.bot.homes.run_once(room.clock())
    while again is not None:
        room.clock.now = max(room.clock.now + 0.1, again)
        again = await room.bot.homes.run_once(room.clock())


async def test_opening_home_shows_open_alerts_and_channels(room: Room) -> None:
    alert = await room.raise_alert()

    assert only(list(await room.person.open_home("operator"))).ok

    text = str(home_of(room).blocks)
    assert "*Open alerts: 1*" in text
    assert "`ABC-1`" in text
    assert "No channel is configured." in text
    assert alert.alert_id in text


async def test_the_gravest_alert_that_nobody_has_comes_first(room: Room) -> None:
    for number, kind in enumerate(KINDS):
        await room.raise_alert(f"ABC-{number}", kind)
        room.clock.move(1)
    taken = await room.raise_alert("ABC-9", "out_of_stock")
    await room.house.service.acknowledge(taken.alert_id, "U1")

    await room.person.open_home("operator")

    text = str(home_of(room).blocks)
    places = [text.index(f"`ABC-{number}`") for number in (2, 1, 0, 9)]
    assert places == sorted(places)


async def test_what_sells_most_today_is_there(room: Room) -> None:
    await room.house.service.adjust("ABC-1", "U1", physical=50)

    await room.person.open_home("operator")

    assert "*Sells most today*\\nNothing was sold yet." in str(home_of(room).blocks)


async def test_another_tab_shows_nothing(room: Room) -> None:
    assert only(list(await room.person.open_home("operator", tab="messages"))).ok

    assert room.slack.home("operator") is None


async def test_acknowledging_at_home_shows_it_there_and_in_the_channel(room: Room) -> None:
    await room.posted_alert()
    await room.person.open_home("operator")
    room.clock.move(3)

    assert (await room.person.click("operator", home_of(room), "alert_acknowledge")).ok
    await room.tell()

    who = f"Acknowledged by <@{room.id_of('operator')}>"
    assert who in str(home_of(room).blocks)
    assert who in str(room.slack.messages(ALERTS)[0].blocks)
    assert room.slack.modal("operator") is None


async def test_who_comes_late_at_home_is_told_who_has_it(room: Room) -> None:
    alert, _ = await room.posted_alert()
    await room.person.open_home("operator")
    await room.house.service.acknowledge(alert.alert_id, room.id_of("warehouse"))

    assert (await room.person.click("operator", home_of(room), "alert_acknowledge")).ok

    modal = room.slack.modal("operator")
    assert modal is not None
    assert f"<@{room.id_of('warehouse')}> already has this alert" in str(modal.blocks)


async def test_one_who_may_only_look_is_told_so_at_home(tmp_path: Path) -> None:
    async with a_room(tmp_path, replace(HOME, operators=frozenset({"U9"}))) as room:
        await room.posted_alert()
        await room.person.open_home("operator")

        await room.person.click("operator", home_of(room), "alert_acknowledge")

        modal = room.slack.modal("operator")
        assert modal is not None
        assert "only the operators" in str(modal.blocks)


async def test_slack_being_away_is_no_reason_for_it_to_send_the_event_again(room: Room) -> None:
    room.slack.faults.down = True

    assert only(list(await room.person.open_home("operator"))).ok


@pytest.mark.parametrize("typed", ["ABC-1", " abc-1 ", '"ABC-1"', "ABC-1, please"])
async def test_the_search_shows_the_card_of_what_was_typed(room: Room, typed: str) -> None:
    await room.say("set ABC-1 50")
    await room.person.open_home("operator")

    assert (await room.person.click("operator", home_of(room), "home_search", typed)).ok

    modal = room.slack.modal("operator")
    assert modal is not None
    assert "*50 to sell*" in str(modal.blocks)
    assert publishes(room) == 1


@pytest.mark.parametrize(("typed", "says"), [("NOPE-9", "NOPE-9"), ("a\u0001b", "No SKU that I know")])
async def test_a_search_that_finds_nothing_says_so(room: Room, typed: str, says: str) -> None:
    await room.person.open_home("operator")

    await room.person.click("operator", home_of(room), "home_search", typed)

    modal = room.slack.modal("operator")
    assert modal is not None
    assert says in str(modal.blocks)


async def test_a_home_that_is_open_follows_what_changes(room: Room) -> None:
    await room.person.open_home("operator")
    await room.person.open_home("warehouse")
    await refresh(room)
    before = publishes(room)

    await room.raise_alert()
    await refresh(room)

    assert publishes(room) == before + 2
    for user in ("operator", "warehouse"):
        assert "`ABC-1`" in str(home_of(room, user).blocks)


async def test_nothing_is_published_while_nothing_changes(room: Room) -> None:
    await room.person.open_home("operator")
    before = publishes(room)

    for _ in range(20):
        room.clock.move(1)
        await refresh(room)

    assert publishes(room) == before


async def test_many_changes_and_looks_are_few_publishes(room: Room) -> None:
    for _ in range(10):
        await room.person.open_home("operator")
    assert publishes(room) == 1
    started = room.clock()

    for number in range(30):
        await room.raise_alert(f"ABC-{number}")
        await room.bot.homes.run_once(room.clock())
        room.clock.move(0.5)

    assert publishes(room) <= 2 + (room.clock() - started) // 5


async def test_many_people_are_refreshed_one_a_second(room: Room) -> None:
    for number in range(12):
        room.slack.add_user(f"person-{number}")
        await room.person.open_home(f"person-{number}")
    room.clock.move(10)
    await room.raise_alert()
    before, started = publishes(room), room.clock()

    await refresh(room)

    assert publishes(room) == before + 12
    assert room.clock() - started >= 11


async def test_one_who_has_not_come_for_long_is_forgotten(room: Room) -> None:
    await room.person.open_home("operator")
    room.clock.move(3_600)
    await room.raise_alert()
    before = publishes(room)

    assert await room.bot.homes.run_once(room.clock()) is None

    assert publishes(room) == before


async def test_slack_limiting_us_is_obeyed_for_all_home_tabs(room: Room) -> None:
    await room.person.open_home("operator")
    room.clock.move(10)
    await room.raise_alert()
    room.slack.faults.rate_limit(method="views.publish", retry_after=40)
    limited = room.clock()

    await refresh(room)
    for user in ("operator", "warehouse"):
        room.clock.move(3)
        assert only(list(await room.person.open_home(user))).ok
    await refresh(room)

    calls = [call.at for call in room.slack.calls_of("views.publish") if call.at >= limited]
    assert not [at for at in calls if limited < at < limited + 40]
    room.clock.now = max(room.clock.now, limited + 41)
    await refresh(room)
    for user in ("operator", "warehouse"):
        assert "`ABC-1`" in str(home_of(room, user).blocks)


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[tuple[Room, HeldStore]]:
    async with a_room(tmp_path, patience=0.6, store=_held) as room:
        store = room.house.ledger
        assert isinstance(store, HeldStore)
        yield room, store
        store.broken = None
        store.lists.set()


def _held(path: Path, clock: HandClock) -> HeldStore:
    return HeldStore(path / "data.db", clock)


@pytest.mark.parametrize("broken", [None, UNAVAILABLE])
async def test_home_says_that_the_store_does_not_answer_and_comes_back_by_itself(
    held: tuple[Room, HeldStore], broken: Exception | None
) -> None:
    room, store = held
    await room.raise_alert()
    store.broken = broken
    if broken is None:
        store.lists.clear()

    delivery = only(list(await room.person.open_home("operator")))

    assert delivery.ok
    assert delivery.seconds < 2.5
    assert "The stock store does not answer right now." in str(home_of(room).blocks)
    store.broken = None
    store.lists.set()
    room.clock.move(6)
    await refresh(room)
    assert "`ABC-1`" in str(home_of(room).blocks)


async def test_a_store_that_is_away_takes_nothing_from_those_who_look(held: tuple[Room, HeldStore]) -> None:
    room, store = held
    await room.raise_alert()
    await room.person.open_home("operator")
    before = publishes(room)
    store.broken = UNAVAILABLE
    room.clock.move(400)

    assert await room.bot.homes.run_once(room.clock()) == room.clock() + 15

    assert publishes(room) == before
    assert "`ABC-1`" in str(home_of(room).blocks)
