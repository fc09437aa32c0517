"""Putting an alert aside, and what becomes of one that nobody takes: each thing once, over restarts and instances."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.notify import Notifier
from bot.views.alert import ACKNOWLEDGE, SNOOZE
from core.alerts import Alert, State
from playground.slack.faults import FaultKind
from playground.slack.records import Message
from tests.bot.room import ALERTS, HOME, Room, a_room, buttons, shown

DUTY = replace(HOME, escalation_channel="#stock", oncall="U0000DUTY")


async def pass_time(room: Room, seconds: float) -> None:
    """Time passes, the tick comes, and Slack is told."""
    room.clock.move(seconds)
    await room.house.watch()
    await room.tell_all()


async def put_aside(room: Room, message: Message, choice: str, user: str = "operator") -> None:
    value = next(v for v in _choices(message) if v.startswith(choice))
    delivery = await room.person.click(user, message, SNOOZE, value)
    assert delivery.ok, delivery


def _choices(message: Message) -> list[str]:
    (menu,) = [each for each in message.blocks[-1]["elements"] if each["action_id"] == SNOOZE]
    return [option["value"] for option in menu["options"]]


def threaded(room: Room) -> tuple[Message, list[Message]]:
    """The alert's message and what is below it."""
    parent = room.slack.messages(ALERTS)[0]
    return parent, room.slack.thread(parent)


async def critical(room: Room, sku: str = "ABC-1") -> tuple[Alert, Message]:
    alert = await room.raise_alert(sku, "oversold", f"{sku} is oversold.")
    await room.tell_all()
    return alert, room.slack.messages(ALERTS)[-1]


async def test_an_alert_put_aside_says_until_when_and_comes_back_in_its_thread(room: Room) -> None:
    alert, message = await critical(room)

    await put_aside(room, message, "1h")
    await room.tell_all()

    stored = await room.alert(alert.alert_id)
    assert stored.state is State.SNOOZED
    assert stored.snoozed_until == pytest.approx(room.clock() + 3_600, abs=10)
    (aside,) = room.slack.messages(ALERTS)
    assert f"Snoozed by <@{room.id_of('operator')}> until" in shown(aside)
    assert buttons(aside)[0] == ACKNOWLEDGE
    assert SNOOZE not in buttons(aside)

    await pass_time(room, 3_600)

    assert (await room.alert(alert.alert_id)).state is State.OPEN
    parent, (reply,) = threaded(room)
    assert "Open" in shown(parent)
    assert reply.broadcast
    assert "The snooze is over and it is still so" in reply.text
    assert reply.thread_ts == parent.ts
    await pass_time(room, 60)
    assert len(threaded(room)[1]) == 1


async def test_a_snoozed_alert_that_is_over_by_itself_says_nothing_more(room: Room) -> None:
    alert, message = await critical(room)
    await put_aside(room, message, "4h")
    await room.house.follow_up.clear("oversold", "ABC-1", "ABC-1 is back.")

    await pass_time(room, 14_400)

    assert (await room.alert(alert.alert_id)).state is State.RESOLVED
    assert threaded(room)[1] == []


async def test_a_late_snooze_does_not_reopen_what_is_resolved(room: Room) -> None:
    alert, message = await critical(room)
    await room.house.follow_up.clear("oversold", "ABC-1", "ABC-1 is back.")

    await put_aside(room, message, "1h")

    assert (await room.alert(alert.alert_id)).state is State.RESOLVED
    assert "already resolved" in room.private()[0]


async def test_only_operators_may_put_an_alert_aside(tmp_path: Path) -> None:
    async with a_room(tmp_path, replace(HOME, operators=frozenset({"U0000BOSS"}))) as room:
        alert, message = await critical(room)

        await put_aside(room, message, "1h")

        assert "only the operators" in room.private()[0]
        assert (await room.alert(alert.alert_id)).state is State.OPEN


async def test_a_choice_that_we_never_offered_changes_nothing(room: Room) -> None:
    alert, message = await critical(room)
    menu = dict(message.blocks[-1]["elements"][1])
    menu["options"] = [{**menu["options"][0], "value": f"forever {alert.alert_id}"}]
    block = {**message.blocks[-1], "elements": [menu]}
    forged = replace(message, content=replace(message.content, blocks=[*message.blocks[:-1], block]))

    await room.person.click("operator", forged, SNOOZE, f"forever {alert.alert_id}")

    assert (await room.alert(alert.alert_id)).state is State.OPEN


async def test_a_critical_alert_that_nobody_takes_is_posted_where_somebody_is_on_call_once(tmp_path: Path) -> None:
    async with a_room(tmp_path, DUTY) as room:
        other = Notifier(room.store, room.bot.slack, room.bot.workspaces, room.bot.places, room.clock)
        alert, _ = await critical(room)
        await pass_time(room, 899)
        assert room.slack.messages("#stock") == []

        room.clock.move(1)
        await asyncio.gather(*(room.house.watch() for _ in range(5)))
        await asyncio.gather(room.tell_all(), other.run_once(room.clock()))
        await pass_time(room, 3_600)

        (called,) = room.slack.messages("#stock")
        assert called.text.startswith("<@U0000DUTY> Nobody has taken this alert since")
        assert ACKNOWLEDGE in buttons(called)
        (first,) = room.slack.messages(ALERTS)
        assert "Nobody took it in time" in shown(first)

        await room.person.click("operator", called, ACKNOWLEDGE)
        await room.tell_all()

        who = f"Acknowledged by <@{room.id_of('operator')}>"
        assert who in shown(room.slack.messages("#stock")[0])
        assert who in shown(room.slack.messages(ALERTS)[0])
        assert "U0000DUTY" not in shown(room.slack.messages("#stock")[0])
        assert room.private() == []
        assert (await room.alert(alert.alert_id)).acknowledged_by == room.id_of("operator")


async def test_an_alert_that_somebody_took_in_time_does_not_escalate(tmp_path: Path) -> None:
    async with a_room(tmp_path, DUTY) as room:
        _, message = await critical(room)
        await room.person.click("operator", message, ACKNOWLEDGE)

        await pass_time(room, 3_600)

        assert room.slack.messages("#stock") == []


@pytest.mark.parametrize("how", [FaultKind.LOST_AS_500, FaultKind.LOST_BY_CLOSE])
async def test_an_escalation_whose_answer_got_lost_is_found_and_not_posted_twice(
    tmp_path: Path, how: FaultKind
) -> None:
    async with a_room(tmp_path, DUTY) as room:
        await critical(room)
        # A first message there lets the channel's id be known, by which alone Slack looks back.
        await room.bot.places.learn("#stock", room.slack.channel("#stock").id)
        room.clock.move(900)
        await room.house.watch()
        await room.bot.notifier.run_once(room.clock())
        room.clock.move(5)
        room.slack.faults.lose_replies(how=how)
        await room.tell_all()

        assert len(room.slack.messages("#stock")) == 1


async def test_its_owner_is_reminded_in_the_thread_while_it_is_still_so(room: Room) -> None:
    _, message = await critical(room)
    await room.person.click("operator", message, ACKNOWLEDGE)
    await room.tell_all()

    await pass_time(room, 14_400)
    await pass_time(room, 60)

    parent, (reminder,) = threaded(room)
    assert reminder.thread_ts == parent.ts
    assert f"<@{room.id_of('operator')}>, you have had this since" in reminder.text


async def test_slack_down_at_the_time_of_escalation_only_delays_it(tmp_path: Path) -> None:
    async with a_room(tmp_path, DUTY) as room:
        await critical(room)
        room.slack.faults.down = True
        room.clock.move(900)
        await room.house.watch()
        await room.tell()
        assert room.slack.messages("#stock") == []

        room.slack.faults.down = False
        await pass_time(room, 120)

        assert len(room.slack.messages("#stock")) == 1
