"""The message shortcut: the SKUs that a message names, in a modal whose buttons work."""

from pathlib import Path

import pytest

from bot.shortcuts import FIND_SKUS, words_of
from playground.slack.clock import HandClock
from playground.slack.records import JsonObject, Message, View
from tests.bot.held_store import HeldStore
from tests.bot.room import Room, a_room


def modal_of(room: Room, user: str = "operator") -> View:
    view = room.slack.modal(user)
    assert view is not None
    return view


async def choose(room: Room, message: Message) -> View:
    """The modal that the shortcut opens on the message."""
    delivery = await room.person.shortcut("operator", message, FIND_SKUS)
    assert delivery.ok
    return modal_of(room)


async def two_skus(room: Room) -> View:
    await room.say("set TEE-RED-M 50")
    await room.say("set CAP-1 3")
    return await choose(room, room.slack.say("warehouse", "#stock", "Are TEE-RED-M and CAP-1 late again?"))


async def test_the_skus_of_a_message_are_shown(room: Room) -> None:
    view = await two_skus(room)

    text = str(view.blocks)
    assert "`TEE-RED-M`" in text
    assert "*50 to sell*" in text
    assert "`CAP-1`" in text


async def test_a_message_without_skus_says_so(room: Room) -> None:
    view = await choose(room, room.slack.say("warehouse", "#stock", "good morning"))

    assert "No SKU that I know is named here." in str(view.blocks)


async def test_the_skus_of_an_alert_of_ours_are_found_in_its_blocks(room: Room) -> None:
    await room.say("set ABC-1 50")
    _, message = await room.posted_alert()

    assert "*50 to sell*" in str((await choose(room, message)).blocks)


async def test_more_than_a_few_are_named(room: Room) -> None:
    skus = [f"TEE-{number}" for number in range(9)]
    for sku in skus:
        await room.house.service.adjust(sku, "U1", physical=9)

    view = await choose(room, room.slack.say("warehouse", "#stock", ", ".join(skus)))

    assert "Also named: `TEE-5`, `TEE-6`, `TEE-7`, `TEE-8`" in str(view.blocks)


async def test_refreshing_one_card_keeps_the_others(room: Room) -> None:
    view = await two_skus(room)
    await room.say("set CAP-1 7")

    assert (await room.person.click("operator", view, "stock_refresh", "CAP-1")).ok

    text = str(modal_of(room).blocks)
    assert modal_of(room).id == view.id
    assert "*7 to sell*" in text
    assert "`TEE-RED-M`" in text


async def test_a_history_opens_on_top_and_leaves_a_way_back(room: Room) -> None:
    view = await two_skus(room)

    await room.person.click("operator", view, "stock_history", "CAP-1")

    top = modal_of(room)
    assert "Last 1 change of" in str(top.blocks)
    assert top.body["close"]["text"] == "Close"
    await room.person.close("operator", top)
    assert modal_of(room).id == view.id


async def test_where_nothing_fits_on_top_it_is_shown_in_place(room: Room) -> None:
    view = await two_skus(room)
    room.slack.faults.refuse("push_limit_reached", method="views.push")

    await room.person.click("operator", view, "stock_history", "CAP-1")

    assert "Last 1 change of" in str(modal_of(room).blocks)


async def test_a_modal_that_was_closed_meanwhile_is_no_trouble(room: Room) -> None:
    view = await two_skus(room)
    await room.person.close("operator", view)

    assert (await room.person.click("operator", view, "stock_refresh", "CAP-1")).ok

    assert room.slack.modal("operator") is None


async def test_slack_being_away_is_no_trouble_either(room: Room) -> None:
    said = room.slack.say("warehouse", "#stock", "TEE-RED-M")
    room.slack.faults.down = True

    assert (await room.person.shortcut("operator", said, FIND_SKUS)).ok


async def test_an_unknown_shortcut_is_answered_privately(room: Room) -> None:
    said = room.slack.say("warehouse", "#stock", "TEE-RED-M")

    assert (await room.person.shortcut("operator", said, "of_another_version")).ok

    assert "no longer does anything" in room.private()[0]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "A"}, "A"),
        ({"text": "A", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "B"}}]}, "A\nB"),
        (
            {"attachments": [{"fallback": "A", "blocks": [{"elements": [{"text": "B"}, {"text": {"text": "C"}}]}]}]},
            "A\nB\nC",
        ),
        (
            {"blocks": [{"elements": [{"action_id": "no", "value": "V"}]}], "user": "U1", "metadata": {"text": "no"}},
            "V",
        ),
        (None, ""),
        ([], ""),
    ],
)
def test_all_that_a_message_says_is_read_and_nothing_else(message: object, words: str) -> None:
    assert words_of(message) == words


def test_a_message_nested_without_end_is_read_as_far_as_it_makes_sense() -> None:
    deep: JsonObject = {"text": "deep"}
    for _ in range(500):
        deep = {"elements": [deep]}

    assert words_of({"text": "A", "blocks": [deep]}) == "A"


async def test_a_store_that_hangs_is_said_to_in_the_modal_in_time(tmp_path: Path) -> None:
    async with a_room(tmp_path, patience=0.4, store=_held) as room:
        store = room.house.ledger
        assert isinstance(store, HeldStore)
        said = room.slack.say("warehouse", "#stock", "TEE-RED-M")
        store.reads.clear()

        delivery = await room.person.shortcut("operator", said, FIND_SKUS)
        store.reads.set()

        assert delivery.ok
        assert delivery.seconds < 2.5
        assert "The stock store is slow right now" in str(modal_of(room).blocks)


def _held(path: Path, clock: HandClock) -> HeldStore:
    return HeldStore(path / "data.db", clock)
