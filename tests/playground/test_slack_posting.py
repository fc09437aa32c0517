"""Posting, changing and removing messages through the real SDK."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.clock import HandClock
from playground.slack.records import JsonObject
from playground.slack.seed import sample_workspace
from playground.slack.workspace import Workspace
from tests.playground.slack import actions, button, connected, section


@pytest.fixture
def workspace() -> Workspace:
    return sample_workspace(HandClock())


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    async with connected(workspace) as client:
        yield client


async def test_a_message_is_found_in_the_channel_that_is_named_or_numbered(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    by_name = await slack.chat_postMessage(channel="#alerts", text="one")
    by_id = await slack.chat_postMessage(channel=workspace.channel("alerts").id, text="two")

    assert [message.text for message in workspace.messages("#alerts")] == ["one", "two"]
    assert by_name["channel"] == by_id["channel"] == workspace.channel("alerts").id


async def test_timestamps_never_repeat_while_the_clock_stands_still(slack: AsyncWebClient) -> None:
    answers = [await slack.chat_postMessage(channel="#alerts", text="x") for _ in range(3)]

    assert [answer["ts"] for answer in answers] == [
        "1763900000.000000",
        "1763900000.000100",
        "1763900000.000200",
    ]


async def test_the_message_that_comes_back_has_ids_on_its_blocks(slack: AsyncWebClient) -> None:
    answer = await slack.chat_postMessage(
        channel="#alerts", text="x", blocks=[section(), actions(button(), block_id="mine")]
    )

    first, second = answer["message"]["blocks"]
    assert first["block_id"]
    assert second["block_id"] == "mine"
    assert second["elements"][0]["action_id"]


async def test_an_edit_with_blocks_leaves_no_flag_and_one_with_text_alone_removes_the_blocks(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    posted = await slack.chat_postMessage(channel="#alerts", text="x", blocks=[section()])
    channel, ts = posted["channel"], posted["ts"]

    with_blocks = await slack.chat_update(channel=channel, ts=ts, text="y", blocks=[section()])
    with_text = await slack.chat_update(channel=channel, ts=ts, text="z")

    assert "edited" not in with_blocks["message"]
    assert with_text["message"]["edited"]["user"] == workspace.bot.user_id
    assert "blocks" not in with_text["message"]
    (message,) = workspace.messages("#alerts")
    assert (message.text, message.changes) == ("z", 2)


async def test_an_edit_keeps_the_metadata_that_it_does_not_name(slack: AsyncWebClient) -> None:
    metadata = {"event_type": "alert", "event_payload": {"id": "a1"}}
    posted = await slack.chat_postMessage(channel="#alerts", text="x", metadata=metadata)

    edited = await slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="y")

    assert edited["message"]["metadata"] == metadata


async def test_a_reply_is_in_the_thread_and_not_in_the_channel_unless_it_is_broadcast(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    parent = await slack.chat_postMessage(channel="#alerts", text="parent")
    quiet = await slack.chat_postMessage(channel="#alerts", text="quiet", thread_ts=parent["ts"])
    await slack.chat_postMessage(channel="#digest", text="elsewhere")
    loud = await slack.chat_postMessage(channel="#alerts", text="loud", thread_ts=quiet["ts"], reply_broadcast=True)

    shown = workspace.messages("#alerts")
    assert [message.text for message in shown] == ["parent", "loud"]
    assert [reply.text for reply in workspace.thread(shown[0])] == ["quiet", "loud"]
    assert loud["message"]["thread_ts"] == parent["ts"]


async def test_an_ephemeral_message_is_for_one_person_and_cannot_be_updated(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    operator = workspace.user("operator")
    shown = await slack.chat_postEphemeral(channel="#alerts", user=operator.id, text="psst")

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_update(channel=workspace.channel("alerts").id, ts=shown["message_ts"], text="louder")

    assert refused.value.response["error"] == "message_not_found"
    assert workspace.messages("#alerts") == []
    assert [message.text for message in workspace.ephemerals("operator")] == ["psst"]
    assert workspace.ephemerals("buyer") == []


async def test_a_direct_message_goes_to_a_conversation_made_for_it(slack: AsyncWebClient, workspace: Workspace) -> None:
    answer = await slack.chat_postMessage(channel=workspace.user("operator").id, text="hello")

    assert answer["channel"] == workspace.direct_channel("operator").id
    assert answer["channel"].startswith("D")


async def test_a_deleted_message_is_gone(slack: AsyncWebClient, workspace: Workspace) -> None:
    posted = await slack.chat_postMessage(channel="#alerts", text="x")

    await slack.chat_delete(channel=posted["channel"], ts=posted["ts"])

    assert workspace.messages("#alerts") == []


async def test_a_permalink_names_the_channel_and_the_message(slack: AsyncWebClient) -> None:
    posted = await slack.chat_postMessage(channel="#alerts", text="x")

    answer = await slack.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])

    assert answer["permalink"].endswith(f"/archives/{posted['channel']}/p1763900000000000")


async def test_markdown_text_stands_alone(slack: AsyncWebClient) -> None:
    answer = await slack.chat_postMessage(channel="#alerts", markdown_text="# Digest")

    assert answer["message"]["blocks"][0]["type"] == "markdown"
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="#alerts", markdown_text="# Digest", text="x")
    assert refused.value.response["error"] == "markdown_text_conflict"


async def test_text_above_forty_thousand_characters_is_cut(slack: AsyncWebClient) -> None:
    answer = await slack.chat_postMessage(channel="#alerts", text="x" * 40_001)

    assert len(answer["message"]["text"]) == 40_000


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "#alerts", "text": " "}, "no_text"),
        ({"channel": "#alerts", "text": "x", "blocks": "no json"}, "invalid_blocks_format"),
        ({"channel": "#alerts", "text": "x", "blocks": [{"type": "odd"}]}, "invalid_blocks"),
        ({"channel": "#alerts", "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": "#alerts", "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
        ({"channel": "#alerts", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": "#alerts", "attachments": ["x"]}, "invalid_attachments"),
        ({"channel": "#alerts", "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": "#alerts", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "#alerts", "markdown_text": " "}, "no_text"),
        (
            {
                "channel": "#alerts",
                "text": "x",
                "metadata": {"event_type": "a", "event_payload": {"a": "x" * 16_000}},
            },
            "metadata_too_large",
        ),
    ],
)
async def test_a_post_that_slack_would_not_take_is_refused_with_its_error(
    slack: AsyncWebClient, workspace: Workspace, arguments: JsonObject, error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await slack.api_call("chat.postMessage", json=arguments)

    assert refused.value.response["error"] == error
    assert workspace.messages("#alerts") == []


async def test_fifty_one_blocks_are_refused_with_a_pointer(slack: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="#alerts", text="x", blocks=[{"type": "divider"}] * 51)

    answer = refused.value.response
    line = "no more than 50 items allowed [json-pointer:/blocks]"
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [line]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {line}"]


async def test_blocks_in_an_attachment_are_checked_too(slack: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="#alerts", text="x", attachments=[{"color": "#a30200", "blocks": blocks}])

    (line,) = refused.value.response["errors"]
    assert line.endswith("[json-pointer:/attachments/0/blocks/0/text/text]")


async def test_more_than_thirteen_thousand_characters_of_blocks_are_too_long(
    slack: AsyncWebClient,
) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="#alerts", text="x", blocks=blocks)

    assert refused.value.response["error"] == "msg_blocks_too_long"


async def test_only_the_bots_own_messages_can_be_changed(slack: AsyncWebClient, workspace: Workspace) -> None:
    said = workspace.say("operator", "#alerts", "mine")

    with pytest.raises(SlackApiError) as update:
        await slack.chat_update(channel=said.channel, ts=said.ts, text="yours")
    with pytest.raises(SlackApiError) as delete:
        await slack.chat_delete(channel=said.channel, ts=said.ts)

    assert update.value.response["error"] == "cant_update_message"
    assert delete.value.response["error"] == "cant_delete_message"


async def test_a_permalink_into_a_thread_names_the_thread_and_one_into_nothing_is_refused(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    parent = workspace.say("operator", "#alerts", "parent")
    reply = workspace.say("operator", "#alerts", "reply", thread_ts=parent.ts)

    answer = await slack.chat_getPermalink(channel=reply.channel, message_ts=reply.ts)
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_getPermalink(channel=reply.channel, message_ts="1.000000")

    assert answer["permalink"].endswith(f"?thread_ts={parent.ts}&cid={reply.channel}")
    assert refused.value.response["error"] == "message_not_found"


async def test_an_ephemeral_message_is_only_for_members_of_the_channel(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.change_channel(replace(workspace.channel("alerts"), members=frozenset({workspace.bot.user_id})))
    outsider = workspace.user("operator").id

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postEphemeral(channel="#alerts", user=outsider, text="psst")
    newcomer = workspace.add_user("newcomer").id
    await slack.chat_postEphemeral(channel="#alerts", user=newcomer, text="psst")

    assert refused.value.response["error"] == "user_not_in_channel"
    assert [message.text for message in workspace.ephemerals("newcomer")] == ["psst"]
