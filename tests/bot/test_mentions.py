"""Mentions: answered in the thread, once, whatever Slack and the store do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from bot.app import create_bot
from bot.people import Workspace as Installation
from bot.people import Workspaces
from playground.slack.client import SlackClient
from playground.slack.clock import HandClock
from playground.slack.delivery import DeliveryKind
from playground.slack.faults import FaultKind
from playground.slack.records import Message
from playground.slack.seed import SIGNING_SECRET
from tests.bot.held_store import UNAVAILABLE, HeldStore
from tests.bot.room import HOME, Room, a_room, house_ids, only, shown


def answers(room: Room, place: str = "#stock") -> list[Message]:
    """What the app says in threads of the channel."""
    return [reply for said in room.slack.messages(place) for reply in room.slack.thread(said) if reply.bot]


async def test_a_mention_is_answered_in_its_thread_with_the_card(room: Room) -> None:
    await room.say("set TEE-RED-M 50")

    assert only(list(await room.person.mention("warehouse", "#stock", "TEE-RED-M"))).ok

    said = room.slack.messages("#stock")[-1]
    (reply,) = room.slack.thread(said)
    assert reply.thread_ts == said.ts
    assert "*50 to sell*" in shown(reply)


async def test_a_mention_within_a_thread_is_answered_there(room: Room) -> None:
    await room.say("set TEE-RED-M 50")
    first = room.slack.say("warehouse", "#stock", "How are the tees?")
    said = room.slack.say("warehouse", "#stock", "<@U0000SYNC> TEE-RED-M", thread_ts=first.ts)
    wire = room.slack.posts.as_json(said, with_metadata=False)

    await room.person.event({**wire, "type": "app_mention", "channel": said.channel})

    assert [reply.thread_ts for reply in answers(room)] == [first.ts]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("how many tee-red-m, and `CAP-1`?", ("`TEE-RED-M`", "`CAP-1`")),
        ("(TEE-RED-M)", ("*50 to sell*",)),
        ('"red shirt"', ("`red shirt`",)),
        ("NOPE-1", ("NOPE-1",)),
        ("hello there", ("No SKU that I know is named here.",)),
        ("", ("No SKU that I know is named here.",)),
        ("a\u0000b", ("No SKU that I know is named here.",)),
        ("<!channel> <@U9>", ("No SKU that I know is named here.",)),
    ],
)
async def test_what_is_named_is_found_and_what_is_not_is_said(room: Room, text: str, says: tuple[str, ...]) -> None:
    await room.say("set TEE-RED-M 50")
    await room.say("set CAP-1 3")
    await room.say('set "red shirt" 4')

    await room.person.mention("warehouse", "#stock", text)

    (reply,) = answers(room)
    for part in says:
        assert part in shown(reply)
    assert "<!channel>" not in shown(reply)


async def test_a_message_full_of_skus_is_answered_with_a_few_cards_and_the_other_names(room: Room) -> None:
    skus = [f"TEE-{number}" for number in range(8)]
    await asyncio.gather(*[room.house.service.adjust(sku, "U1", physical=9) for sku in skus])

    await room.person.mention("warehouse", "#stock", " ".join(skus))

    (reply,) = answers(room)
    assert "Also named: `TEE-5`, `TEE-6`, `TEE-7`" in shown(reply)


@pytest.mark.parametrize("mark", [{"bot_id": "B9"}, {"subtype": "bot_message"}, {"user": "U0000SYNC"}, {"user": None}])
async def test_bots_are_not_answered(room: Room, mark: dict[str, object]) -> None:
    said = room.slack.say("warehouse", "#stock", "<@U0000SYNC> TEE-RED-M")
    wire = room.slack.posts.as_json(said, with_metadata=False)
    room.bot.workspaces.learn(room.bot.workspaces.home, "T0000STOCK", "B0000SYNC", "U0000SYNC")

    assert only(list(await room.person.event({**wire, "type": "app_mention", "channel": said.channel, **mark}))).ok

    assert not answers(room)


async def test_the_same_event_once_more_is_not_answered_again(room: Room) -> None:
    (delivery,) = await room.person.mention("warehouse", "#stock", "TEE-RED-M")

    again = [await room.person.deliver(DeliveryKind.EVENT, delivery.body, {"X-Slack-Retry-Num": str(n)}) for n in "123"]

    assert all(each.ok for each in again)
    assert len(answers(room)) == 1


async def test_two_instances_answer_one_event_once(room: Room) -> None:
    other = create_bot(
        room.house.service,
        HOME,
        signing_secret=SIGNING_SECRET,
        fresh_id=house_ids("other"),
        api_url=f"{room.slack.base_url}/api/",
    )
    await other.open()
    (delivery,) = await room.person.mention("warehouse", "#stock", "TEE-RED-M")
    transport = httpx2.ASGITransport(Starlette(routes=[other.route]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://app") as http:
        there = SlackClient(room.slack, http, SIGNING_SECRET)
        assert (await there.deliver(DeliveryKind.EVENT, delivery.body, {"X-Slack-Retry-Num": "1"})).ok
    await other.close()

    assert len(answers(room)) == 1


async def test_mentions_at_the_same_moment_are_each_answered(room: Room) -> None:
    await asyncio.gather(*[room.person.mention("warehouse", "#stock", f"TEE-{number}") for number in range(3)])

    assert len(answers(room)) == 3


async def test_what_slack_limits_is_answered_later_and_once(room: Room) -> None:
    room.slack.faults.rate_limit(method="chat.postMessage", retry_after=7)
    (delivery,) = await room.person.mention("warehouse", "#stock", "TEE-RED-M")
    assert delivery.ok
    assert not answers(room)

    room.clock.move(7)
    answering = asyncio.create_task(room.bot.mentions.run_forever())
    await room.slack.wait_for(lambda _: answers(room))
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)

    assert len(answers(room)) == 1


async def test_an_answer_whose_reply_got_lost_is_not_given_again(room: Room) -> None:
    room.slack.faults.lose_replies(how=FaultKind.LOST_AS_500)

    (first,) = await room.person.mention("warehouse", "#stock", "TEE-RED-M")
    room.clock.move(60)
    await room.person.deliver(DeliveryKind.EVENT, first.body, {"X-Slack-Retry-Num": "2"})

    assert first.ok
    assert len(answers(room)) == 1


async def test_after_a_restart_a_repeated_event_finds_the_answer_that_is_there(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        room.slack.faults.lose_replies(how=FaultKind.LOST_AS_500)
        (first,) = await room.person.mention("warehouse", "#stock", "TEE-RED-M")
        room.clock.move(60)
        fresh = create_bot(
            room.house.service,
            Workspaces(HOME),
            signing_secret=SIGNING_SECRET,
            fresh_id=house_ids("fresh"),
            api_url=f"{room.slack.base_url}/api/",
        )
        await fresh.open()
        transport = httpx2.ASGITransport(Starlette(routes=[fresh.route]))
        async with httpx2.AsyncClient(transport=transport, base_url="http://app") as http:
            there = SlackClient(room.slack, http, SIGNING_SECRET)
            assert (await there.deliver(DeliveryKind.EVENT, first.body)).ok
        await fresh.close()

        assert len(answers(room)) == 1
        assert len(room.slack.calls_of("conversations.replies")) == 1


async def test_after_a_lost_answer_it_looks_before_it_answers_again(room: Room) -> None:
    room.slack.faults.lose_replies(how=FaultKind.LOST_BY_CLOSE)
    await room.person.mention("warehouse", "#stock", "TEE-RED-M")

    room.clock.move(30)
    answering = asyncio.create_task(room.bot.mentions.run_forever())
    await room.slack.wait_for(lambda slack: slack.calls_of("conversations.replies"))
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)

    assert len(answers(room)) == 1
    assert len(room.slack.calls_of("chat.postMessage")) == 1


async def test_slack_that_hangs_is_answered_in_time_and_the_person_later(tmp_path: Path) -> None:
    async with a_room(tmp_path, patience=0.3) as room:
        room.slack.faults.hang()
        (delivery,) = await room.person.mention("warehouse", "#stock", "TEE-RED-M")
        assert delivery.ok
        assert delivery.seconds < 2.5

        room.slack.faults.release()
        room.clock.move(30)
        answering = asyncio.create_task(room.bot.mentions.run_forever())
        await room.slack.wait_for(lambda _: answers(room))
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)

        assert len(answers(room)) == 1


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel"])
async def test_a_place_where_it_may_not_write_is_no_trouble(room: Room, error: str) -> None:
    room.slack.faults.refuse(error, method="chat.postMessage")

    assert only(list(await room.person.mention("warehouse", "#stock", "TEE-RED-M"))).ok


async def test_a_guest_may_look(room: Room) -> None:
    await room.say("set TEE-RED-M 50")

    await room.person.mention("guest", "#stock", "TEE-RED-M")

    assert "*50 to sell*" in shown(answers(room)[0])


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[tuple[Room, HeldStore]]:
    async with a_room(tmp_path, patience=0.5, store=_held) as room:
        store = room.house.ledger
        assert isinstance(store, HeldStore)
        yield room, store
        store.broken = None
        for gate in (store.reads, store.jobs):
            gate.set()


def _held(path: Path, clock: HandClock) -> HeldStore:
    return HeldStore(path / "data.db", clock)


@pytest.mark.parametrize("broken", [None, UNAVAILABLE])
async def test_a_store_that_does_not_answer_is_said_to_be_in_time(
    held: tuple[Room, HeldStore], broken: Exception | None
) -> None:
    room, store = held
    store.broken = broken
    if broken is None:
        store.reads.clear()
        store.jobs.clear()

    delivery = only(list(await room.person.mention("warehouse", "#stock", "TEE-RED-M")))

    assert delivery.ok
    assert delivery.seconds < 2.5
    (reply,) = answers(room)
    assert "The stock store" in reply.text
    assert "nothing was changed" in reply.text


async def test_a_workspace_that_is_not_ours_is_not_answered(tmp_path: Path) -> None:
    async with a_room(tmp_path, Installation(HOME.token, team_id="T-ELSEWHERE")) as room:
        assert only(list(await room.person.mention("warehouse", "#stock", "TEE-RED-M"))).ok

        assert not answers(room)
