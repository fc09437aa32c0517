"""Alerts on their way to Slack: one message each, in order, through outages, limits and lost answers."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.notify import Notifier
from bot.people import Workspace
from core.alerts import Alert
from playground.slack.clock import HandClock
from playground.slack.faults import FaultKind
from playground.slack.limits import NO_RULES, STRICT_RULES
from playground.slack.records import Content
from tests.bot.held_store import HeldStore
from tests.bot.room import ALERTS, HOME, Room, a_room, shown


async def test_an_alert_is_posted_with_its_facts_and_remembered_by_its_message(room: Room) -> None:
    alert, message = await room.posted_alert()

    stored = await room.alert(alert.alert_id)
    assert (stored.post_channel, stored.post_ts, stored.told) == (message.channel, message.ts, 1)
    assert stored.posting_until == 0
    assert message.metadata == {"event_type": "syncstate_alert", "event_payload": {"alert_id": alert.alert_id}}
    for part in (":warning: *Stock low* · `ABC-1`", "It runs low.", "Warning · since", "Open"):
        assert part in shown(message)


async def test_a_repeat_edits_the_one_message(room: Room) -> None:
    await room.posted_alert()
    await room.raise_alert(message="It runs lower.")
    await room.tell_all()

    (message,) = room.slack.messages(ALERTS)
    assert "2 times" in shown(message)
    assert "It runs lower." in shown(message)


async def test_repeats_in_a_row_are_edited_in_together(room: Room) -> None:
    await room.posted_alert()
    for _ in range(20):
        await room.raise_alert()
        await room.tell()
    await room.tell_all()

    assert "21 times" in shown(room.slack.messages(ALERTS)[0])
    assert len(room.slack.calls_of("chat.update")) == 2


async def test_alerts_go_out_in_order_at_the_pace_of_the_channel(room: Room) -> None:
    room.slack.limits.use(STRICT_RULES)
    for number in range(5):
        await room.raise_alert(f"SKU-{number}")
        room.clock.move(0.001)

    await room.tell_all()

    texts = [message.text for message in room.slack.messages(ALERTS)]
    assert [f"SKU-{number}" in text for number, text in enumerate(texts)] == [True] * 5
    calls = room.slack.calls_of("chat.postMessage")
    assert [call.error for call in calls] == [""] * 5
    assert all(later.at - earlier.at >= 1.0 for earlier, later in pairwise(calls))


async def test_a_limited_channel_is_left_alone_for_as_long_as_slack_says(room: Room) -> None:
    room.slack.faults.rate_limit(method="chat.postMessage", retry_after=30)
    await room.raise_alert()
    await room.tell()
    room.clock.move(29)
    await room.tell()
    assert len(room.slack.calls_of("chat.postMessage")) == 1

    room.clock.move(1)
    await room.tell()

    assert len(room.slack.messages(ALERTS)) == 1


async def test_slack_down_and_up_again_posts_each_alert_once(room: Room) -> None:
    room.slack.faults.down = True
    for number in range(3):
        await room.raise_alert(f"SKU-{number}")
        await room.tell()
        room.clock.move(10)
    assert not room.slack.messages(ALERTS)

    room.slack.faults.down = False
    room.clock.move(60)
    await room.tell_all()

    assert len(room.slack.messages(ALERTS)) == 3
    assert len(await _open(room)) == 3


@pytest.mark.parametrize("how", [FaultKind.LOST_AS_500, FaultKind.LOST_BY_CLOSE])
async def test_a_post_whose_answer_got_lost_is_found_again_and_not_posted_twice(room: Room, how: FaultKind) -> None:
    room.slack.faults.lose_replies(how=how)
    alert = await room.raise_alert()
    await room.tell()
    assert (await room.alert(alert.alert_id)).post_ts == ""

    await room.tell_all()

    (message,) = room.slack.messages(ALERTS)
    assert (await room.alert(alert.alert_id)).post_ts == message.ts
    assert len(room.slack.calls_of("chat.postMessage")) == 1


async def test_a_lost_post_is_found_by_the_channel_id_that_an_earlier_one_taught(room: Room) -> None:
    await room.posted_alert("SKU-1")
    room.clock.move(5)
    room.slack.faults.lose_replies()
    await room.raise_alert("SKU-2")
    again = Notifier(room.store, room.bot.slack, room.bot.workspaces, room.bot.places, room.clock)
    await again.run_once(room.clock())

    await room.tell_all()

    channel = room.slack.channel(ALERTS).id
    assert {call.arguments["channel"] for call in room.slack.calls_of("conversations.history")} == {channel}
    assert len(room.slack.messages(ALERTS)) == 2


async def test_a_crash_between_posting_and_recording_leaves_one_message(room: Room) -> None:
    alert = await room.raise_alert()
    await room.store.save_alert(replace(alert, posting_until=room.clock() + 15))
    metadata = {"event_type": "syncstate_alert", "event_payload": {"alert_id": alert.alert_id}}
    content = Content("posted before the crash", metadata=metadata)
    room.slack.posts.post(room.slack.channel(ALERTS).id, room.slack.bot.user_id, content, bot=room.slack.bot)
    await room.tell()
    assert not room.slack.calls

    await room.tell_all()

    (message,) = room.slack.messages(ALERTS)
    assert "Stock low" in message.text
    assert (await room.alert(alert.alert_id)).post_ts == message.ts


async def test_where_slack_does_not_let_us_look_the_alert_is_posted_rather_than_lost(room: Room) -> None:
    alert = await room.raise_alert()
    await room.store.save_alert(replace(alert, posting_until=1.0))
    room.slack.faults.refuse("missing_scope", method="conversations.history")

    await room.tell_all()

    assert len(room.slack.messages(ALERTS)) == 1


async def test_two_instances_post_one_message(room: Room) -> None:
    room.slack.limits.use(NO_RULES)
    other = Notifier(room.store, room.bot.slack, room.bot.workspaces, room.bot.places, room.clock)
    for number in range(10):
        await room.raise_alert(f"SKU-{number}")

    for _ in range(12):
        await asyncio.gather(room.tell(), other.run_once(room.clock()))
        room.clock.move(1)

    assert sorted(message.text.split(" · ")[1][:5] for message in room.slack.messages(ALERTS)) == [
        f"SKU-{number}" for number in range(10)
    ]


async def test_a_change_while_posting_is_edited_in_afterwards(tmp_path: Path) -> None:
    stores: list[HeldStore] = []

    def held(path: Path, clock: HandClock) -> HeldStore:
        stores.append(HeldStore(path / "data.db", clock))
        return stores[0]

    async with a_room(tmp_path, store=held) as room:
        alert = await room.raise_alert()
        room.slack.faults.hang()
        posting = asyncio.create_task(room.tell())
        await stores[0].claimed.wait()
        await room.house.service.acknowledge(alert.alert_id, "U0000SOME")
        room.slack.faults.release()
        await posting

        stored = await room.alert(alert.alert_id)
        assert stored.told < stored.edition
        await room.tell_all()

        (message,) = room.slack.messages(ALERTS)
        assert "Acknowledged by <@U0000SOME>" in shown(message)


async def test_an_open_alert_whose_message_was_deleted_is_posted_anew(room: Room) -> None:
    _, message = await room.posted_alert()
    room.slack.posts.remove(message)
    await room.raise_alert()

    await room.tell_all()

    assert "2 times" in shown(room.slack.messages(ALERTS)[0])


async def test_an_acknowledged_alert_whose_message_was_deleted_is_not_posted_again(room: Room) -> None:
    alert, message = await room.posted_alert()
    room.slack.posts.remove(message)
    await room.house.service.acknowledge(alert.alert_id, "U0000SOME")

    await room.tell_all()

    assert not room.slack.messages(ALERTS)


async def test_an_alert_that_slack_finds_unfit_holds_up_no_other(room: Room) -> None:
    room.slack.faults.refuse("invalid_blocks", method="chat.postMessage")
    await room.raise_alert("SKU-1")
    room.clock.move(0.001)
    await room.raise_alert("SKU-2")
    await room.tell()
    room.clock.move(1)
    await room.tell()

    (message,) = room.slack.messages(ALERTS)
    assert "SKU-2" in message.text
    await room.tell_all()
    assert len(room.slack.messages(ALERTS)) == 2


async def test_a_channel_that_does_not_exist_keeps_alerts_waiting_without_noise(room: Room) -> None:
    room.slack.faults.refuse("channel_not_found", calls=3, method="chat.postMessage")
    alert = await room.raise_alert()
    for _ in range(30):
        await room.tell()
        room.clock.move(1)

    assert len(room.slack.calls_of("chat.postMessage")) == 1
    assert (await room.alert(alert.alert_id)).posting_until == 0
    await room.tell_all()
    assert len(room.slack.messages(ALERTS)) == 1
    assert len(await _open(room)) == 1


@pytest.mark.parametrize("installation", [replace(HOME, token=""), replace(HOME, alerts_channel="")])
async def test_without_a_token_or_a_channel_alerts_wait_in_the_store(tmp_path: Path, installation: Workspace) -> None:
    async with a_room(tmp_path, installation) as room:
        await room.raise_alert()

        assert await room.bot.notifier.run_once(room.clock()) is None
        assert not room.slack.calls


async def test_an_alert_is_in_slack_at_once_when_the_notifier_runs(room: Room) -> None:
    running = asyncio.create_task(room.bot.run())
    await room.slack.wait_for(lambda slack: slack.calls_of("auth.test"))

    await room.say("set ABC-1 3")

    (message,) = await room.slack.wait_for(lambda slack: slack.messages(ALERTS))
    assert "ABC-1 runs low: 3 left to sell" in shown(message)
    await room.person.click("operator", message, "alert_acknowledge")
    await room.slack.wait_for(lambda slack: "Acknowledged" in shown(slack.messages(ALERTS)[0]))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_store_that_does_not_answer_is_waited_for(room: Room) -> None:
    await room.raise_alert()
    await room.store.close()

    assert await room.bot.notifier.run_once(room.clock()) == room.clock() + 2


async def _open(room: Room) -> tuple[Alert, ...]:
    return (await room.store.list_alerts("", "", 100)).items
