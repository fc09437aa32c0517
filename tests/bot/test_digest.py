"""The digest: posted once for each due time, short, and never held back by its chart."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import SlackFailure, SlackLost
from bot.people import Workspace
from core.channels import ChannelHealth
from core.digest import DigestFacts, Movement, RunningOut
from core.jobs import Job, Runner
from core.schedule import Every
from playground.slack.faults import FaultKind
from playground.slack.records import Message
from tests.bot.room import HOME, Room, a_room, shown

DUE = 1_763_899_200.0
PACE = (3, 0, 5, 1, 2, 0, 0, 4, 6, 2, 1, 0, 3, 15)
FINE = ChannelHealth("shopify", last_success=DUE - 300)
OWED = ChannelHealth("amazon", owed=2, oldest_owed=DUE - 60)
QUIET = DigestFacts(DUE - 86_400, DUE, (), (), (), (FINE,), (0,) * 14)


def facts(pace: tuple[int, ...] = ()) -> DigestFacts:
    return DigestFacts(
        since=DUE - 86_400,
        until=DUE,
        movements=(Movement("ABC-1", 12, 1), Movement("ABC-2", 3, 0, 2)),
        soonest=(RunningOut("ABC-2", 0, 0.0), RunningOut("ABC-1", 9, 2.5)),
        alerts=(),
        channels=(FINE, OWED),
        pace=pace,
    )


def digests(room: Room) -> list[Message]:
    return [message for message in room.slack.messages("#digest") if message.metadata]


async def test_the_digest_tells_what_sold_what_runs_out_and_how_channels_are(room: Room) -> None:
    await room.bot.post_digest(facts(), DUE)

    (message,) = room.slack.messages("#digest")
    text = shown(message)
    for part in (
        "15 units* sold",
        "1 unit* returned",
        "*2* cancelled",
        "`ABC-1` 12",
        "nothing left to sell",
        "in 2.5 days, on <!date^1764115200^{date_short_pretty}|2025-11-26>",
        "*shopify*: last told 5 min ago",
        "2 SKUs owed",
    ):
        assert part in text


async def test_with_nothing_to_tell_it_is_one_line(room: Room) -> None:
    await room.bot.post_digest(QUIET, DUE)

    (message,) = room.slack.messages("#digest")
    assert len(message.blocks) == 1
    assert message.text.startswith("Stock digest: nothing sold or returned since")
    assert message.text.endswith("no open alerts, and every channel is up to date.")
    assert not room.slack.files.all


@pytest.mark.parametrize(
    "more",
    [
        {"channels": (OWED,)},
        {"channels": (replace(FINE, paused=True),)},
        {"soonest": (RunningOut("ABC-1", 9, 2.5),)},
        {"movements": (Movement("ABC-1", 0, 0, 1),)},
    ],
)
def test_whatever_needs_a_look_is_something_to_tell(more: dict[str, object]) -> None:
    assert QUIET.is_quiet
    assert not replace(QUIET, **more).is_quiet  # type: ignore[arg-type]


async def test_a_due_time_is_posted_once_even_after_a_lost_answer(room: Room) -> None:
    room.slack.faults.lose_replies()
    with pytest.raises(SlackLost):
        await room.bot.post_digest(facts(), DUE)

    again = await room.bot.post_digest(facts(), DUE)
    other = await room.bot.post_digest(facts(), DUE + 86_400)

    assert [message.ts for message in digests(room)] == [each.ts for each in (*again, *other)]
    assert len(digests(room)) == 2


async def test_several_instances_post_a_due_time_once(room: Room) -> None:
    async def post(due: float) -> None:
        await room.bot.post_digest(facts(), due)

    job = Job("digest", Every(3_600), post)
    runners = [Runner(room.store, (job,), f"instance-{number}", room.clock) for number in range(3)]
    await asyncio.gather(*[runner.run_due() for runner in runners])
    for _ in range(4):
        room.clock.move(1_800)
        await asyncio.gather(*[runner.run_due() for runner in runners])

    assert len(digests(room)) == 2


@pytest.mark.parametrize("installation", [replace(HOME, token=""), replace(HOME, digest_channel="")])
async def test_without_a_token_or_a_channel_there_is_no_digest(tmp_path: Path, installation: Workspace) -> None:
    async with a_room(tmp_path, installation) as room:
        assert await room.bot.post_digest(facts(), DUE) == ()
        assert not room.slack.calls


async def test_the_picture_is_below_the_digest_with_its_words(room: Room) -> None:
    await room.bot.post_digest(facts(PACE), DUE)

    (message,) = digests(room)
    assert [block["type"] for block in message.blocks].count("data_visualization") == 1
    (file,) = room.slack.files.all
    assert file.content is not None
    assert file.content.startswith(b"\x89PNG")
    assert (file.channel, file.thread_ts, file.completed) == (message.channel, message.ts, True)
    assert file.alt.startswith("Bar chart: 42 units sold in 14 days, most on 23 Nov (15)")
    assert "Runs out first: ABC-2 in 0.0 days, ABC-1 in 2.5 days." in file.alt
    assert [reply.content.files[0]["id"] for reply in room.slack.thread(message)] == [file.id]


async def test_where_slack_does_not_know_the_chart_block_the_digest_goes_without(room: Room) -> None:
    room.slack.faults.refuse("invalid_blocks", method="chat.postMessage")

    await room.bot.post_digest(facts(PACE), DUE)

    (message,) = digests(room)
    assert "data_visualization" not in shown(message)
    assert len(room.slack.files.all) == 1


async def test_a_digest_that_slack_refuses_altogether_is_a_failure_and_is_tried_again(room: Room) -> None:
    room.slack.faults.refuse("invalid_blocks", calls=2, method="chat.postMessage")
    with pytest.raises(SlackFailure):
        await room.bot.post_digest(facts(PACE), DUE)

    assert len(await room.bot.post_digest(facts(PACE), DUE)) == 1


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "files.completeUploadExternal", "upload_url", "conversations.history"]
)
async def test_a_picture_that_slack_does_not_take_holds_nothing_back(room: Room, method: str) -> None:
    room.slack.faults.refuse("missing_scope", method=method)

    await room.bot.post_digest(facts(PACE), DUE)

    assert len(digests(room)) == 1


async def test_a_picture_is_tried_once_though_its_answer_was_lost(room: Room) -> None:
    room.slack.faults.lose_replies(method="files.completeUploadExternal", how=FaultKind.LOST_BY_CLOSE)

    for _ in range(2):
        await room.bot.post_digest(facts(PACE), DUE)

    (message,) = digests(room)
    assert len(room.slack.files.all) == 1
    assert len(room.slack.thread(message)) == 1


async def test_after_the_lost_answer_of_the_digest_its_picture_follows(room: Room) -> None:
    room.slack.faults.lose_replies()
    with pytest.raises(SlackLost):
        await room.bot.post_digest(facts(PACE), DUE)
    assert not room.slack.files.all

    await room.bot.post_digest(facts(PACE), DUE)

    assert len(room.slack.files.all) == 1
