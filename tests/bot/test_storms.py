"""Many alerts at once: one parent, its thread, and quiet; none lost, and each can still be taken."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from bot.notify import Notifier
from bot.views.alert import ACKNOWLEDGE
from bot.views.storm import SHOW_ALL
from core.alerts import State
from playground.slack.limits import STRICT_RULES
from playground.slack.records import Message
from tests.bot.room import ALERTS, Room, buttons, shown
from tests.bot.test_snooze import pass_time


async def storm(room: Room, alerts: int, kind: str = "stock_low") -> None:
    for number in range(alerts):
        await room.raise_alert(f"SKU-{number:03}", kind, f"SKU-{number:03} needs you.")
        room.clock.move(0.001)
    await room.tell_all()


def in_channel(room: Room) -> list[Message]:
    return room.slack.messages(ALERTS)


def in_threads(room: Room) -> list[Message]:
    return [reply for message in room.slack.messages(ALERTS) for reply in room.slack.thread(message)]


async def test_ten_alerts_are_ten_messages(room: Room) -> None:
    await storm(room, 10)

    assert len(in_channel(room)) == 10
    assert in_threads(room) == []


async def test_beyond_ten_they_gather_below_one_parent_and_none_is_lost(room: Room) -> None:
    room.slack.limits.use(STRICT_RULES)
    await storm(room, 60)

    parents = [message for message in in_channel(room) if "Many alerts at once" in message.text]
    assert len(in_channel(room)) == 11
    assert len(parents) == 1
    assert {message.thread_ts for message in in_threads(room)} == {parents[0].ts}
    assert len(in_threads(room)) == 50
    assert all(call.error == "" for call in room.slack.calls_of("chat.postMessage"))
    assert "60 × Stock low" in shown(parents[0])
    assert await room.store.untold_alerts(100) == []


async def test_the_parent_is_edited_at_most_once_in_ten_seconds(room: Room) -> None:
    room.slack.limits.use(STRICT_RULES)
    await storm(room, 60)

    parent = next(message for message in in_channel(room) if "Many alerts at once" in message.text)
    edits = [call for call in room.slack.calls_of("chat.update") if call.arguments["ts"] == parent.ts]
    assert len(edits) > 0
    assert all(later.at - earlier.at >= 10 for earlier, later in pairwise(edits))


async def test_the_gravest_are_named_in_the_parent(room: Room) -> None:
    await storm(room, 30)
    await room.raise_alert("PRECIOUS", "oversold", "PRECIOUS is oversold.")
    await room.tell_all()

    parent = next(message for message in in_channel(room) if "Many alerts at once" in message.text)
    assert ":rotating_light: Oversold · PRECIOUS" in shown(parent)


async def test_an_alert_in_a_storm_is_taken_in_its_thread_message(room: Room) -> None:
    await storm(room, 15)
    message = in_threads(room)[0]

    await room.person.click("operator", message, ACKNOWLEDGE)
    await room.tell_all()

    assert "Acknowledged by" in shown(in_threads(room)[0])
    assert (len(in_channel(room)), len(in_threads(room))) == (11, 5)


async def test_show_all_lists_them_for_whoever_asks(room: Room) -> None:
    await storm(room, 15)
    parent = next(message for message in in_channel(room) if "Many alerts at once" in message.text)
    assert buttons(parent) == [SHOW_ALL]

    await room.person.click("warehouse", parent, SHOW_ALL)

    assert "Open alerts: 15" in room.private("warehouse")[0]


async def test_a_storm_that_is_over_says_so_and_the_next_alert_is_a_message_again(room: Room) -> None:
    await storm(room, 15)
    await pass_time(room, 301)

    parent = next(message for message in in_channel(room) if "The storm is over" in message.text)
    assert "5 alerts" in parent.text
    await room.raise_alert("LATER")
    await room.tell_all()
    assert len(in_channel(room)) == 12


async def test_two_instances_in_a_storm_make_one_parent(room: Room) -> None:
    other = Notifier(room.store, room.bot.slack, room.bot.workspaces, room.bot.places, room.clock)
    for number in range(30):
        await room.raise_alert(f"SKU-{number:03}")
    for _ in range(80):
        await asyncio.gather(room.tell(), other.run_once(room.clock()))
        room.clock.move(1)

    texts = [message.text for message in in_channel(room)]
    assert sum("Many alerts at once" in text for text in texts) == 1
    assert len(in_channel(room)) + len(in_threads(room)) == 31


async def test_a_storm_is_no_alert_of_its_own_to_anybody(room: Room) -> None:
    await storm(room, 15)

    alerts = (await room.house.service.alerts(limit=50)).items

    assert len(alerts) == 15
    assert {alert.state for alert in alerts} == {State.OPEN}
