"""What people are told when the store is slow, away or broken: always in time, and never more than is known."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.slack.clock import HandClock
from tests.bot.held_store import UNAVAILABLE, HeldStore
from tests.bot.room import Room, a_room, text_of


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[tuple[Room, HeldStore]]:
    async with a_room(tmp_path, patience=0.5, store=_held) as room:
        store = room.house.ledger
        assert isinstance(store, HeldStore)
        yield room, store
        store.broken = None
        for gate in (store.reads, store.commits, store.alerts):
            gate.set()


def _held(path: Path, clock: HandClock) -> HeldStore:
    return HeldStore(path / "data.db", clock)


async def test_a_look_at_a_slow_store_says_that_nothing_was_changed(held: tuple[Room, HeldStore]) -> None:
    room, store = held
    store.reads.clear()

    answer = await room.say("ABC-1")

    assert answer["response_type"] == "ephemeral"
    assert "The stock store is slow right now; nothing was changed." in text_of(answer)
    assert room.person.deliveries[-1].seconds < 2.5


async def test_a_change_in_a_slow_store_says_that_it_may_have_been_made(held: tuple[Room, HeldStore]) -> None:
    room, store = held
    store.commits.clear()

    answer = await room.say("set ABC-1 50")

    assert "it is not known whether this was done" in text_of(answer)
    assert "Check `/stock ABC-1` before you try again." in text_of(answer)
    assert "nothing was changed" not in text_of(answer)
    assert (await store.levels(["ABC-1"]))["ABC-1"].stock.physical == 50


async def test_a_click_while_the_store_is_slow_is_answered_privately_in_time(held: tuple[Room, HeldStore]) -> None:
    room, store = held
    _, message = await room.posted_alert()
    store.alerts.clear()

    delivery = await room.person.click("operator", message, "alert_acknowledge")

    assert delivery.ok
    assert delivery.seconds < 2.5
    assert "Look at the alert before you try again." in room.private()[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [("ABC-1", "cannot be reached right now; nothing was changed"), ("set ABC-1 5", "Check `/stock ABC-1` before")],
)
async def test_a_store_that_is_away_is_said_to_be(held: tuple[Room, HeldStore], text: str, says: str) -> None:
    room, store = held
    store.broken = UNAVAILABLE

    assert says in text_of(await room.say(text))


async def test_a_fault_of_ours_is_told_with_an_id_that_the_log_has(
    held: tuple[Room, HeldStore], caplog: pytest.LogCaptureFixture
) -> None:
    room, store = held
    _, message = await room.posted_alert()
    store.broken = RuntimeError("a bug")

    answer = await room.say("ABC-1")
    delivery = await room.person.click("operator", message, "alert_acknowledge")

    assert delivery.ok
    assert "Something went wrong on our side (error `E1`)" in text_of(answer)
    assert "Something went wrong on our side (error `E2`)" in room.private()[-1]
    assert "error E1 while answering Slack" in caplog.text
    assert "error E2 while answering Slack" in caplog.text


async def test_slack_being_away_does_not_keep_a_click_from_being_answered(held: tuple[Room, HeldStore]) -> None:
    room, _ = held
    _, message = await room.posted_alert()
    await room.person.click("operator", message, "alert_acknowledge")
    room.slack.faults.hang()

    delivery = await room.person.click("warehouse", message, "alert_acknowledge")

    assert delivery.ok
    assert delivery.seconds < 2.5
    room.slack.faults.release()
