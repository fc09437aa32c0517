"""Undo, by the command and by the button: once, by whom it may be, and never by guessing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core.stock import Stock
from playground.slack.records import Message
from tests.bot.room import HOME, Room, a_room, another_instance, text_of

UNDO = "stock_undo"


async def stock(room: Room, sku: str = "ABC-1") -> Stock:
    return (await room.store.glance(sku)).stock


async def changed(room: Room, text: str, user: str = "operator") -> Message:
    """Make a change; the message that tells the channel of it."""
    await room.say(text, user)
    return room.slack.messages("#stock")[-1]


def forged(message: Message, value: str) -> Message:
    """The message with another value on its button."""
    first = message.blocks[0]
    block = {**first, "accessory": {**first["accessory"], "value": value}}
    return replace(message, content=replace(message.content, blocks=[block]))


async def test_the_last_change_is_taken_back_and_the_channel_hears_of_it(room: Room) -> None:
    await room.say("set ABC-1 50")
    await room.say("add ABC-1 12")
    room.clock.move(125)

    answer = await room.say("undo")

    me = f"<@{room.id_of('operator')}>"
    assert answer["response_type"] == "in_channel"
    assert f"{me} undid 12 added to `ABC-1`, 2 min ago." in text_of(answer)
    assert "50 on hand" in text_of(answer)
    assert (await stock(room)).physical == 50
    assert f"*-12* · undo · by {me} · add +12" in text_of(await room.say("history ABC-1"))


async def test_the_button_takes_back_its_own_change_and_says_so_in_its_place(room: Room) -> None:
    await room.say("set ABC-1 50")
    message = await changed(room, "add ABC-1 12")
    await room.say("take ABC-1 2", user="warehouse")

    delivery = await room.person.click("operator", message, UNDO)

    assert delivery.ok
    assert (await stock(room)).physical == 48
    edited = room.slack.message(message.channel, message.ts)
    assert edited is not None
    assert "undid 12 added to ABC-1" in edited.text
    assert UNDO not in text_of({"blocks": edited.blocks})


async def test_fifty_clicks_are_one_undo_and_the_late_ones_are_told_who_did_it(room: Room) -> None:
    await room.say("set ABC-1 50")
    message = await changed(room, "add ABC-1 12")

    clicks = [room.person.click(user, message, UNDO) for user in ["operator", "warehouse"] * 5]
    await asyncio.gather(*clicks)

    assert (await stock(room)).physical == 50
    operator, warehouse = room.private("operator"), room.private("warehouse")
    assert len(operator) + len(warehouse) == 9
    assert all("You have undone this change of ABC-1 already" in said for said in operator)
    assert len(room.slack.messages("#stock")) == 2


async def test_a_second_undo_does_not_go_on_to_the_change_before_but_offers_it(room: Room) -> None:
    await room.say("set ABC-1 50")
    await room.say("buffer ABC-1 7")
    await room.say("add ABC-1 12")
    await room.say("undo")

    answer = await room.say("undo")

    assert answer["response_type"] == "ephemeral"
    assert "You have undone this change of `ABC-1` already" in text_of(answer)
    assert "Before it: 2 changes" in text_of(answer)
    offer = room.slack.ephemerals("operator")[-1]
    value = next(
        block["accessory"]["value"] for block in offer.blocks if "buffer" in text_of({"b": block["text"]["text"]})
    )
    await room.person.click("operator", offer, UNDO, value)
    now = await stock(room)
    assert (now.physical, now.buffer) == (50, 0)


@pytest.mark.parametrize(
    ("first", "since", "says"),
    [
        ("add ABC-1 12", "set ABC-1 60", "`ABC-1` was counted since"),
        ("set ABC-1 60", "set ABC-1 61", "`ABC-1` was counted since"),
        ("buffer ABC-1 7", "buffer ABC-1 7", "Somebody has set this number of `ABC-1` again since."),
        ("add ABC-1 12", "take ABC-1 55", "The units are gone"),
    ],
)
async def test_what_has_changed_since_is_said_and_nothing_is_changed(
    room: Room, first: str, since: str, says: str
) -> None:
    await room.say("set ABC-1 50")
    await room.say(first)
    await room.say(since, user="warehouse")
    before = await stock(room)

    answer = await room.say("undo")

    assert answer["response_type"] == "ephemeral"
    assert says in text_of(answer)
    assert "Nothing was changed." in text_of(answer)
    assert await stock(room) == before


async def test_a_first_count_undone_leaves_the_sku_as_nobody_has_set_it(room: Room) -> None:
    await room.say("set ABC-1 50")

    answer = await room.say("undo")

    assert "Nobody has set its stock any more" in text_of(answer)
    assert "Nobody has set the stock of `ABC-1` yet" in text_of(await room.say("ABC-1"))


async def test_nobody_undoes_what_is_not_theirs_or_too_old(room: Room) -> None:
    await room.say("set ABC-1 50")
    message = await changed(room, "add ABC-1 12")

    await room.person.click("warehouse", message, UNDO)
    assert f"Only <@{room.id_of('operator')}> or an operator can undo" in room.private("warehouse")[-1]
    assert "You have not changed anything" in text_of(await room.say("undo", user="warehouse"))
    room.clock.move(601)
    assert "You have not changed anything" in text_of(await room.say("undo"))
    await room.person.click("operator", message, UNDO)
    assert "it could be undone for 10 minutes" in room.private("operator")[-1]
    assert (await stock(room)).physical == 62


async def test_an_operator_undoes_anybodys_change_and_a_stranger_nothing(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await room.house.service.adjust("ABC-1", "shop-api", physical=50)
        await room.say("add ABC-1 12", user="warehouse")
    operators = frozenset({room.id_of("operator")})
    async with a_room(tmp_path, replace(HOME, operators=operators)) as room:
        await room.house.service.adjust("ABC-1", room.id_of("warehouse"), delta=5, request="r")
        message = await changed(room, "add ABC-1 1")
        await room.person.click("warehouse", message, UNDO)
        await room.person.click("guest", message, UNDO)
        assert "can look but not change" in room.private("warehouse")[-1]
        assert "can look but not change" in room.private("guest")[-1]

        await room.person.click("operator", forged(message, "manual#r ABC-1"), UNDO)

        assert (await stock(room)).physical == 63


async def test_the_same_undo_sent_again_changes_nothing_here_or_at_another_instance(room: Room) -> None:
    await room.say("set ABC-1 50")
    await room.say("add ABC-1 12")
    undo = await room.person.command("operator", "#stock", "undo")
    await room.say("add ABC-1 3")

    again = await room.person.replay(undo)
    assert "nothing was changed again" in again.answer
    async with another_instance(room) as elsewhere:
        again = await elsewhere.replay(undo)
        assert "nothing was changed again" in again.answer

    assert (await stock(room)).physical == 53


async def test_what_was_done_at_one_instance_is_undone_at_another(room: Room) -> None:
    await room.say("set ABC-1 50")
    message = await changed(room, "add ABC-1 12")

    async with another_instance(room) as elsewhere:
        await elsewhere.command("operator", "#stock", "undo")
        await elsewhere.click("operator", message, UNDO)

    assert (await stock(room)).physical == 50
    assert "You have undone this change of" in room.private()[-1]


async def test_a_refused_change_stays_refused_at_another_instance(room: Room) -> None:
    await room.say("set ABC-1 2")
    refused = await room.person.command("operator", "#stock", "take ABC-1 3")
    await room.say("add ABC-1 10")

    async with another_instance(room) as elsewhere:
        again = await elsewhere.replay(refused)

    assert "nothing was changed again" in again.answer.lower()
    assert (await stock(room)).physical == 12


async def test_undo_takes_no_words(room: Room) -> None:
    answer = await room.say("undo ABC-1")

    assert "Usage: `/stock undo`" in answer["text"]
    assert answer["response_type"] == "ephemeral"


async def test_a_value_that_is_no_change_is_refused_plainly(room: Room) -> None:
    await room.say("set ABC-1 50")
    message = await changed(room, "add ABC-1 12")

    for value in ("nonsense", "manual#nothing ABC-1", f"{message.blocks[0]['accessory']['value'].split()[0]} OTHER"):
        assert (await room.person.click("operator", forged(message, value), UNDO)).ok

    assert (await stock(room)).physical == 62
    assert "no longer does anything" in room.private()[0]
    assert "is not one that can be undone" in room.private()[1]
