"""Restock and Write off on the alert of a return: one winner, told who it was, taken back for ten minutes."""

import asyncio

import pytest

from core.returns.change import ReturnChange
from playground.slack.records import Message
from tests.bot.room import ALERTS, Room, another_instance, buttons, shown, text_of
from tests.core.stand_ins import until

RESTOCK, WRITE_OFF, UNDO = "return_restock", "return_write_off", "return_undo"


async def came_back(
    room: Room, disposition: str = "CARRIER_DAMAGED", sku: str = "ABC-1", fulfilled: str = ""
) -> Message:
    """A return comes in; the alert's message."""
    if not (await room.store.glance(sku)).stock.managed:
        await room.house.service.adjust(sku, "import", physical=10)
    change = ReturnChange(
        "amazon#return#R 1", sku, 2, disposition, "amazon", room.clock(), "O-1", fulfilled_by=fulfilled
    )
    await room.house.service.receive("amazon", [change])

    async def is_told() -> bool:
        await room.tell()
        return bool(room.slack.messages(ALERTS))

    await until(is_told)
    return room.slack.messages(ALERTS)[-1]


async def on_hand(room: Room, sku: str = "ABC-1") -> int:
    return (await room.store.glance(sku)).stock.physical


@pytest.mark.parametrize(
    ("action", "says", "units", "decision"),
    [
        (RESTOCK, "restocked 2 returned units of ABC-1 from order O-1", 12, "restocked"),
        (WRITE_OFF, "wrote off", 10, "written off"),
    ],
)
async def test_a_decision_is_told_by_name_and_ends_the_alert(
    room: Room, action: str, says: str, units: int, decision: str
) -> None:
    message = await came_back(room)

    delivery = await room.person.click("operator", message, action)

    assert delivery.ok
    assert await on_hand(room) == units
    said = room.slack.messages(ALERTS)[-1]
    assert f"<@{room.id_of('operator')}> {says}" in said.text
    await room.tell()
    ended = room.slack.message(message.channel, message.ts)
    assert ended is not None
    assert buttons(ended) == []
    assert "Resolved" in shown(ended)
    assert decision in (await room.person.command("operator", "#stock", "returns ABC-1")).answer


async def test_fifty_clicks_by_two_people_are_one_decision_and_the_late_ones_are_told_whose(room: Room) -> None:
    message = await came_back(room)

    clicks = [
        room.person.click(user, message, action)
        for _ in range(12)
        for user, action in (("operator", RESTOCK), ("warehouse", WRITE_OFF))
    ]
    await asyncio.gather(*clicks)

    decided = room.slack.messages(ALERTS)[1:]
    assert len(decided) == 1
    winner = "operator" if "restocked" in decided[0].text else "warehouse"
    assert await on_hand(room) == (12 if winner == "operator" else 10)
    late = room.private("operator") + room.private("warehouse")
    assert len(late) == 23
    assert all("already" in said for said in late)
    other = "warehouse" if winner == "operator" else "operator"
    assert all(f"<@{room.id_of(winner)}> has already" in said for said in room.private(other))


async def test_taken_back_the_return_waits_again_with_an_alert(room: Room) -> None:
    await room.person.click("operator", await came_back(room), RESTOCK)
    said = room.slack.messages(ALERTS)[-1]

    await room.person.click("warehouse", said, UNDO)
    assert "or an operator can undo" in room.private("warehouse")[-1]
    await room.person.click("operator", said, UNDO)

    assert await on_hand(room) == 10
    edited = room.slack.message(said.channel, said.ts)
    assert edited is not None
    assert "It waits for a decision again" in shown(edited)

    async def is_back() -> bool:
        await room.tell()
        room.clock.move(2)
        return RESTOCK in buttons(room.slack.messages(ALERTS)[-1])

    await until(is_back)


async def test_it_is_the_last_change_that_undo_takes_back(room: Room) -> None:
    message = await came_back(room)
    await room.say("add ABC-1 5")
    await room.person.click("operator", message, RESTOCK)

    first, again = await room.say("undo"), await room.say("undo")

    assert "took back what was decided about 2 returned units" in first["text"]
    assert "You have undone this change of ABC-1 already" in again["text"]
    assert "Before it: 1 change" in text_of(again)
    assert await on_hand(room) == 15


async def test_a_late_click_is_not_a_change_of_whoever_was_late(room: Room) -> None:
    message = await came_back(room)
    await room.person.click("operator", message, RESTOCK)
    await room.person.click("warehouse", message, WRITE_OFF)

    assert "You have not changed anything" in (await room.say("undo", user="warehouse"))["text"]
    assert await on_hand(room) == 12


async def test_a_click_sent_again_after_that_decides_nothing(room: Room) -> None:
    clicked = await room.person.click("operator", await came_back(room), RESTOCK)
    await room.person.click("operator", room.slack.messages(ALERTS)[-1], UNDO)

    await room.person.replay(clicked)
    async with another_instance(room) as elsewhere:
        await elsewhere.replay(clicked)

    assert await on_hand(room) == 10
    (row,) = (await room.store.returns("ABC-1", "", 5)).items
    assert row.decision == "quarantine"


@pytest.mark.parametrize(
    ("disposition", "fulfilled"), [("DAMAGED", ""), ("CARRIER_DAMAGED", "AFN"), ("WHATEVER", "AFN")]
)
async def test_there_is_nothing_to_decide_about_what_is_decided_or_amazons(
    room: Room, disposition: str, fulfilled: str
) -> None:
    message = await came_back(room, disposition, fulfilled=fulfilled)

    assert buttons(message) == ["alert_acknowledge", "alert_snooze"]


async def test_a_guest_decides_nothing(room: Room) -> None:
    message = await came_back(room)

    await room.person.click("guest", message, RESTOCK)

    assert "can look but not change" in room.private("guest")[-1]
    assert await on_hand(room) == 10


@pytest.mark.parametrize("sku", ["R&D <!channel> `x`", "a%20b", 'say "hi"'])
async def test_any_sku_goes_through_the_buttons(room: Room, sku: str) -> None:
    message = await came_back(room, sku=sku)

    await room.person.click("operator", message, RESTOCK)

    assert await on_hand(room, sku) == 12
    assert "<!channel>" not in shown(room.slack.messages(ALERTS)[-1])
