"""Reading back what was posted, so that a lost answer can be found again."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.clock import HandClock
from playground.slack.limits import NO_RULES
from playground.slack.seed import sample_workspace
from playground.slack.workspace import Workspace
from tests.playground.slack import connected


@pytest.fixture
def workspace() -> Workspace:
    workspace = sample_workspace(HandClock())
    workspace.limits.use(NO_RULES)
    return workspace


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    async with connected(workspace) as client:
        yield client


async def test_a_message_whose_answer_was_lost_is_found_by_its_metadata(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    metadata = {"event_type": "syncstate_alert", "event_payload": {"alert_id": "a1"}}
    workspace.faults.lose_replies()
    with pytest.raises(SlackApiError):
        await slack.chat_postMessage(channel="#alerts", text="low", metadata=metadata)

    channel = workspace.channel("alerts").id
    found = await slack.conversations_history(channel=channel, include_all_metadata=True)
    bare = await slack.conversations_history(channel=channel)

    assert [message["metadata"] for message in found["messages"]] == [metadata]
    assert "metadata" not in bare["messages"][0]


async def test_history_is_newest_first_within_its_bounds(slack: AsyncWebClient, workspace: Workspace) -> None:
    ts = [workspace.say("operator", "#alerts", str(number)).ts for number in range(5)]
    channel = workspace.channel("alerts").id

    open_ended = await slack.conversations_history(channel=channel, oldest=ts[1], latest=ts[3])
    inclusive = await slack.conversations_history(channel=channel, oldest=ts[1], latest=ts[3], inclusive=True)

    assert [message["text"] for message in open_ended["messages"]] == ["2"]
    assert [message["text"] for message in inclusive["messages"]] == ["3", "2", "1"]


async def test_history_comes_by_pages(slack: AsyncWebClient, workspace: Workspace) -> None:
    for number in range(5):
        workspace.say("operator", "#alerts", str(number))

    pages = await slack.conversations_history(channel=workspace.channel("alerts").id, limit=2)
    seen = [([each["text"] for each in page["messages"]], page["has_more"]) async for page in pages]

    assert seen == [(["4", "3"], True), (["2", "1"], True), (["0"], False)]


async def test_a_thread_is_its_parent_and_the_replies(slack: AsyncWebClient, workspace: Workspace) -> None:
    parent = workspace.say("operator", "#alerts", "parent")
    reply = workspace.say("buyer", "#alerts", "reply", thread_ts=parent.ts)

    answer = await slack.conversations_replies(channel=parent.channel, ts=reply.ts)
    history = await slack.conversations_history(channel=parent.channel)

    assert [message["text"] for message in answer["messages"]] == ["parent", "reply"]
    assert [message["reply_count"] for message in history["messages"]] == [1]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.history", {"cursor": "bad"}, "invalid_cursor"),
        ("conversations.history", {"limit": "0"}, "invalid_limit"),
        ("conversations.history", {"limit": "many"}, "invalid_arguments"),
        ("conversations.replies", {"ts": "1.000000"}, "thread_not_found"),
        ("conversations.replies", {}, "invalid_arguments"),
        ("conversations.history", {"oldest": "yesterday"}, "invalid_ts_oldest"),
        ("conversations.history", {"latest": "now"}, "invalid_ts_latest"),
    ],
)
async def test_a_reading_that_makes_no_sense_is_refused(
    slack: AsyncWebClient, method: str, arguments: dict[str, str], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await slack.api_call(method, params={"channel": "#alerts", **arguments})

    assert refused.value.response["error"] == error


async def test_a_channel_without_the_bot_cannot_be_read(slack: AsyncWebClient, workspace: Workspace) -> None:
    outside = workspace.add_channel("outside", with_bot=False)

    with pytest.raises(SlackApiError) as refused:
        await slack.conversations_history(channel=outside.id)
    info = await slack.conversations_info(channel=outside.id)

    assert refused.value.response["error"] == "not_in_channel"
    assert info["channel"]["is_member"] is False
