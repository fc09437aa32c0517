"""Our calls to the Web API, judged by a Slack that others wrote: what it cannot judge is judged by our stand-in alone.

It knows no limits of blocks, no 429, no response URLs, no commands and no clicks; an unknown token passes for a user.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.digest import Digests
from bot.errors import SlackRefused
from bot.notify import Notifier
from bot.people import Workspace, Workspaces
from bot.places import Places
from bot.plan import metadata_of
from bot.search import find_post, find_reply
from bot.slack import Posted, Slack
from bot.views.blocks import Block, Content, modal, section
from bot.views.home import HomeFacts, home
from core.changes import Notice
from playground.slack.clock import HandClock
from tests.bot.emulate import MUTE, WHOLE, MissingError, emulated_slack
from tests.bot.room import a_house, a_store
from tests.bot.test_digest import DUE, PACE, facts

HELLO = Content("hello", (section("hello"),))
METADATA: Block = {"event_type": "syncstate_test", "event_payload": {"id": "1"}}
WHOLE_OF_IT, NOTHING = Workspace(WHOLE), Workspace(MUTE)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    try:
        with emulated_slack() as url:
            yield url
    except MissingError as missing:
        pytest.skip(f"emulate cannot be asked: {missing}")


@pytest.fixture
async def slack(address: str) -> AsyncIterator[Slack]:
    slack = Slack(address)
    await slack.open()
    yield slack
    await slack.close()


@pytest.fixture
async def general(slack: Slack) -> str:
    """The id of a channel that whoever has the token is in."""
    listed = await slack.web.api_call("conversations.list", headers={"Authorization": f"Bearer {WHOLE}"})
    channels: list[dict[str, Any]] = listed["channels"]
    (found,) = [str(each["id"]) for each in channels if each["name"] == "general"]
    await slack.web.api_call(
        "conversations.join", data={"channel": found}, headers={"Authorization": f"Bearer {WHOLE}"}
    )
    return found


async def history(slack: Slack, channel: str) -> list[dict[str, Any]]:
    page = await slack.history(WHOLE_OF_IT, channel, 0)
    return list(page["messages"])


async def test_whose_token_it_is(slack: Slack) -> None:
    found = await slack.whoami(WHOLE_OF_IT)

    assert found["team_id"] == "T000000001"
    assert found["user_id"]


async def test_a_message_is_posted_changed_and_found_again(slack: Slack, general: str) -> None:
    posted = await slack.post(WHOLE_OF_IT, general, HELLO, METADATA)
    await slack.edit(WHOLE_OF_IT, posted, Content("changed", (section("changed"),)), METADATA)

    assert posted.channel == general
    assert await find_post(slack, WHOLE_OF_IT, general, METADATA, 0) == posted
    assert [each["text"] for each in await history(slack, general) if each["ts"] == posted.ts] == ["changed"]


async def test_an_answer_in_a_thread_is_found_again(slack: Slack, general: str) -> None:
    posted = await slack.post(WHOLE_OF_IT, general, HELLO)
    reply = await slack.post(WHOLE_OF_IT, general, HELLO, {**METADATA, "event_type": "syncstate_reply"}, posted.ts)

    found = await find_reply(slack, WHOLE_OF_IT, general, posted.ts, {**METADATA, "event_type": "syncstate_reply"}, 0)
    assert found == reply


async def test_one_person_is_whispered_to(slack: Slack, general: str) -> None:
    me = str((await slack.whoami(WHOLE_OF_IT))["user_id"])

    await slack.whisper(WHOLE_OF_IT, general, me, HELLO)

    with pytest.raises(SlackRefused, match=r"user_not_in_channel|user_not_found"):
        await slack.whisper(WHOLE_OF_IT, general, "U0NOBODY", HELLO)


async def test_a_home_tab_is_published(slack: Slack) -> None:
    me = str((await slack.whoami(WHOLE_OF_IT))["user_id"])

    await slack.publish_home(WHOLE_OF_IT, me, home(HomeFacts((), (), ()), 1_763_900_000.0))


async def test_modals_want_a_trigger_or_a_view_that_is_there(slack: Slack) -> None:
    view = modal("Stock", [section("x")])

    with pytest.raises(SlackRefused, match="invalid_trigger_id"):
        await slack.open_modal(WHOLE_OF_IT, "nothing", view)
    with pytest.raises(SlackRefused, match="invalid_trigger_id"):
        await slack.push_modal(WHOLE_OF_IT, "nothing", view)
    with pytest.raises(SlackRefused, match="not_found"):
        await slack.update_modal(WHOLE_OF_IT, "V0NOTHING", view)


@pytest.mark.parametrize(("channel", "reason"), [("C0NOWHERE", "channel_not_found"), ("#nowhere", "channel_not_found")])
async def test_a_place_that_is_not_there_is_refused(slack: Slack, channel: str, reason: str) -> None:
    with pytest.raises(SlackRefused, match=reason):
        await slack.post(WHOLE_OF_IT, channel, HELLO)


async def test_a_message_that_is_not_there_cannot_be_changed(slack: Slack, general: str) -> None:
    with pytest.raises(SlackRefused, match="message_not_found"):
        await slack.edit(WHOLE_OF_IT, Posted(general, "1.000000"), HELLO)


async def test_each_call_wants_its_scope(slack: Slack, general: str) -> None:
    with pytest.raises(SlackRefused, match="missing_scope"):
        await slack.post(NOTHING, general, HELLO)
    with pytest.raises(SlackRefused, match="missing_scope"):
        await slack.history(NOTHING, general, 0)
    with pytest.raises(SlackRefused, match="missing_scope"):
        await slack.upload(NOTHING, "a.png", b"abc", "what it shows")


async def test_a_file_is_sent_and_shared_in_a_thread(slack: Slack, general: str) -> None:
    posted = await slack.post(WHOLE_OF_IT, general, HELLO)

    file_id = await slack.upload(WHOLE_OF_IT, "chart.png", b"\x89PNG", "a chart")
    await slack.share(WHOLE_OF_IT, file_id, "Sold", posted)

    page = await slack.replies(WHOLE_OF_IT, general, posted.ts, 0)
    assert [file["id"] for each in page["messages"] for file in each.get("files", ())] == [file_id]


async def test_a_digest_is_there_once_with_its_picture(slack: Slack, general: str, tmp_path: Path) -> None:
    clock = HandClock(DUE)
    house = a_house(a_store(tmp_path, clock), clock)
    await house.open()
    team = Workspaces(Workspace(WHOLE, digest_channel=general))
    digests = Digests(house.store, slack, team, Places(house.store))

    first = await digests.post(facts(PACE), DUE)
    again = await digests.post(facts(PACE), DUE)
    await house.close()

    assert first == again
    page = await slack.replies(WHOLE_OF_IT, general, first[0].ts, 0)
    assert len([each for each in page["messages"] if each.get("files")]) == 1


async def test_an_alert_is_posted_and_its_message_changed(slack: Slack, general: str, tmp_path: Path) -> None:
    clock = HandClock()
    house = a_house(a_store(tmp_path, clock), clock)
    await house.open()
    team = Workspaces(Workspace(WHOLE, alerts_channel=general))
    notifier = Notifier(house.store, slack, team, Places(house.store), clock)
    await house.follow_up.report(Notice("n1", "stock_low", "ABC-1", "It runs low."))
    await notifier.run_once(clock())
    (alert,) = (await house.service.alerts()).items
    await house.service.acknowledge(alert.alert_id, "U25F42ECC9")
    clock.move(10)
    await notifier.run_once(clock())
    await house.close()

    found = await find_post(slack, WHOLE_OF_IT, general, metadata_of(alert), 0)
    assert found is not None
    (message,) = [each for each in await history(slack, general) if each["ts"] == found.ts]
    assert "Acknowledged by <@U25F42ECC9>" in str(message["blocks"])
