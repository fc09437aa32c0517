"""The digest: posted once for each due time."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import SlackLost
from bot.people import Workspace
from core.channels import ChannelHealth
from core.digest import DigestFacts, Movement, RunningOut
from tests.bot.room import HOME, Room, a_room, shown

DUE = 1_763_899_200.0


FINE = ChannelHealth("shopify", last_success=DUE - 300)
OWED = ChannelHealth("amazon", owed=2, oldest_owed=DUE - 60)


def facts() -> DigestFacts:
    return DigestFacts(
        since=DUE - 86_400,
        until=DUE,
        movements=(Movement("ABC-1", 12, 1), Movement("ABC-2", 3, 0)),
        soonest=(RunningOut("ABC-2", 0, 0.0), RunningOut("ABC-1", 9, 2.5)),
        alerts=(),
        channels=(
            ChannelHealth("shopify", last_success=DUE - 300),
            ChannelHealth("amazon", owed=2, oldest_owed=DUE - 60),
        ),
    )


async def test_the_digest_tells_what_sold_what_runs_out_and_how_channels_are(room: Room) -> None:
    await room.bot.post_digest(facts(), DUE)

    (message,) = room.slack.messages("#digest")
    text = shown(message)
    for part in ("15 units* sold", "1 unit* returned", "`ABC-1` 12", "nothing left to sell", "in 2.5 days"):
        assert part in text
    assert "*shopify*: last told 5 min ago" in text
    assert "2 SKUs owed" in text


async def test_a_due_time_is_posted_once_even_after_a_lost_answer(room: Room) -> None:
    room.slack.faults.lose_replies()
    with pytest.raises(SlackLost):
        await room.bot.post_digest(facts(), DUE)

    again = await room.bot.post_digest(facts(), DUE)
    other = await room.bot.post_digest(facts(), DUE + 86_400)

    posted = [each.ts for each in (again, other) if each is not None]
    assert [message.ts for message in room.slack.messages("#digest")] == posted
    assert len(posted) == 2


@pytest.mark.parametrize("installation", [replace(HOME, token=""), replace(HOME, digest_channel="")])
async def test_without_a_token_or_a_channel_there_is_no_digest(tmp_path: Path, installation: Workspace) -> None:
    async with a_room(tmp_path, installation) as room:
        assert await room.bot.post_digest(facts(), DUE) is None
        assert not room.slack.calls
