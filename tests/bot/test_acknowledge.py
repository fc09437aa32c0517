"""The Acknowledge button: one winner, one message that says so, private answers for everybody else."""

import asyncio
from dataclasses import replace
from pathlib import Path

from core.alerts import State
from tests.bot.room import ALERTS, HOME, Room, a_room, buttons, shown

ACKNOWLEDGE = "alert_acknowledge"


async def test_a_click_takes_the_alert_and_its_message_says_who_and_when(room: Room) -> None:
    alert, message = await room.posted_alert()
    assert buttons(message)[0] == ACKNOWLEDGE
    assert message.blocks[-1]["elements"][0]["value"] == alert.alert_id

    delivery = await room.person.click("operator", message, ACKNOWLEDGE)
    await room.tell()

    assert delivery.ok
    assert (await room.alert(alert.alert_id)).state is State.ACKNOWLEDGED
    (message,) = room.slack.messages(ALERTS)
    assert f"Acknowledged by <@{room.id_of('operator')}>" in shown(message)
    assert ACKNOWLEDGE not in buttons(message)
    assert room.private() == []


async def test_the_write_is_durable_before_the_click_is_answered(room: Room) -> None:
    alert, message = await room.posted_alert()
    room.slack.faults.down = True

    delivery = await room.person.click("operator", message, ACKNOWLEDGE)

    assert delivery.ok
    assert (await room.alert(alert.alert_id)).acknowledged_by == room.id_of("operator")


async def test_who_comes_late_is_told_privately_who_has_it(room: Room) -> None:
    alert, message = await room.posted_alert()
    await room.person.click("operator", message, ACKNOWLEDGE)

    await room.person.click("warehouse", message, ACKNOWLEDGE)
    await room.person.click("operator", message, ACKNOWLEDGE)

    assert f"<@{room.id_of('operator')}> already has this alert" in room.private("warehouse")[0]
    assert "You already have this alert" in room.private("operator")[0]
    assert (await room.alert(alert.alert_id)).acknowledged_by == room.id_of("operator")


async def test_fifty_clicks_of_two_people_have_one_winner_and_one_edit(room: Room) -> None:
    alert, message = await room.posted_alert()
    people = ["operator", "warehouse"] * 25

    deliveries = await asyncio.gather(*(room.person.click(who, message, ACKNOWLEDGE) for who in people))
    await room.tell_all()

    assert all(delivery.ok for delivery in deliveries)
    winner = (await room.alert(alert.alert_id)).acknowledged_by
    told = room.private("operator") + room.private("warehouse")
    assert len(told) == 49
    assert all(f"<@{winner}> already has" in text or "You already have" in text for text in told)
    assert len(room.slack.calls_of("chat.update")) == 1
    assert f"Acknowledged by <@{winner}>" in shown(room.slack.messages(ALERTS)[0])


async def test_a_resolved_alert_stays_resolved(room: Room) -> None:
    alert, message = await room.posted_alert()
    await room.house.follow_up.clear("stock_low", "ABC-1", "ABC-1 is back.")

    await room.person.click("operator", message, ACKNOWLEDGE)
    await room.tell_all()

    assert "already resolved" in room.private()[0]
    assert (await room.alert(alert.alert_id)).state is State.RESOLVED
    (message,) = room.slack.messages(ALERTS)
    assert "~*Stock low* · `ABC-1`~" in shown(message)
    assert "ABC-1 is back." in shown(message)
    assert ACKNOWLEDGE not in buttons(message)


async def test_an_alert_that_is_gone_is_said_to_be_gone(room: Room) -> None:
    _, message = await room.posted_alert()
    block = {**message.blocks[-1], "elements": [{**message.blocks[-1]["elements"][0], "value": "al_other"}]}
    forged = replace(message, content=replace(message.content, blocks=[block]))

    await room.person.click("operator", forged, ACKNOWLEDGE)

    assert room.private() == ["This alert is no longer there."]


async def test_a_replayed_click_changes_nothing(room: Room) -> None:
    alert, message = await room.posted_alert()
    first = await room.person.click("operator", message, ACKNOWLEDGE)
    before = await room.alert(alert.alert_id)

    again = await room.person.replay(first)

    assert again.ok
    assert await room.alert(alert.alert_id) == before


async def test_a_replayed_click_does_not_take_an_alert_that_opened_again(room: Room) -> None:
    alert, message = await room.posted_alert()
    click = await room.person.click("operator", message, ACKNOWLEDGE)
    graver = await room.raise_alert(kind="oversold", message="It is oversold.")
    assert graver.state is State.OPEN

    await room.person.replay(click)

    assert (await room.alert(alert.alert_id)).state is State.OPEN


async def test_somebody_of_another_team_may_look_but_not_acknowledge(room: Room) -> None:
    alert, message = await room.posted_alert()

    await room.person.click("guest", message, ACKNOWLEDGE)

    assert "can look but not change" in room.private("guest")[0]
    assert (await room.alert(alert.alert_id)).state is State.OPEN


async def test_only_operators_may_acknowledge_when_they_are_named(tmp_path: Path) -> None:
    async with a_room(tmp_path, replace(HOME, operators=frozenset({"U0000BOSS"}))) as room:
        alert, message = await room.posted_alert()

        await room.person.click("operator", message, ACKNOWLEDGE)

        assert "only the operators" in room.private()[0]
        assert (await room.alert(alert.alert_id)).state is State.OPEN


async def test_a_response_url_of_another_host_is_never_called(room: Room) -> None:
    _, message = await room.posted_alert()
    await room.person.click("operator", message, ACKNOWLEDGE)
    room.slack.base_url = "http://169.254.169.254"

    await room.person.click("warehouse", message, ACKNOWLEDGE)

    assert "already has this alert" in room.private("warehouse")[0]
    assert len(room.slack.calls_of("chat.postEphemeral")) == 1


async def test_an_unknown_button_says_that_it_does_nothing(room: Room) -> None:
    _, message = await room.posted_alert()
    block = {**message.blocks[-1], "elements": [{**message.blocks[-1]["elements"][0], "action_id": "old"}]}

    delivery = await room.person.click(
        "operator", replace(message, content=replace(message.content, blocks=[block])), "old"
    )

    assert delivery.ok
    assert "This button no longer does anything" in room.private()[0]
