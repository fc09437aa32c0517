"""Who may call what: tokens, scopes, membership, methods and the shapes of a call."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.api import slack_app
from playground.slack.clock import HandClock
from playground.slack.records import JsonObject
from playground.slack.seed import BOT_TOKEN, sample_workspace
from playground.slack.workspace import Workspace
from tests.playground.slack import connected


@pytest.fixture
def workspace() -> Workspace:
    return sample_workspace(HandClock())


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    async with connected(workspace) as client:
        yield client


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(slack_app(workspace))
    async with httpx2.AsyncClient(transport=transport, base_url="http://slack") as client:
        yield client


def bearer(token: str = BOT_TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_the_token_says_who_we_are(slack: AsyncWebClient, workspace: Workspace) -> None:
    answer = await slack.auth_test()

    assert answer["user_id"] == workspace.bot.user_id
    assert answer["bot_id"] == workspace.bot.bot_id
    assert answer["team_id"] == workspace.team.id
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


@pytest.mark.parametrize(("headers", "error"), [({}, "not_authed"), (bearer("xoxb-unknown"), "invalid_auth")])
async def test_without_a_known_token_nothing_is_answered(
    http: httpx2.AsyncClient, headers: dict[str, str], error: str
) -> None:
    response = await http.post("/api/auth.test", headers=headers)

    assert response.json() == {"ok": False, "error": error}


async def test_a_missing_scope_is_named_with_those_that_are_there(
    http: httpx2.AsyncClient, workspace: Workspace
) -> None:
    workspace.grant("xoxb-small", ["users:read", "team:read"])

    response = await http.post(
        "/api/chat.postMessage", json={"channel": "#alerts", "text": "x"}, headers=bearer("xoxb-small")
    )

    assert response.json() == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "team:read,users:read",
    }


async def test_an_unknown_method_is_named(http: httpx2.AsyncClient) -> None:
    response = await http.post("/api/chat.shout", headers=bearer())

    assert response.json() == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


async def test_a_call_may_come_as_query_form_or_json_with_its_token_inside(
    http: httpx2.AsyncClient, workspace: Workspace
) -> None:
    blocks = '[{"type": "divider"}]'
    given = {"channel": "#alerts", "text": "x", "blocks": blocks, "token": BOT_TOKEN}

    answers = [
        await http.get("/api/chat.postMessage", params=given),
        await http.post("/api/chat.postMessage", data=given),
        await http.post("/api/chat.postMessage", json=given),
    ]

    assert [answer.json()["ok"] for answer in answers] == [True] * 3
    assert [message.blocks[0]["type"] for message in workspace.messages("#alerts")] == ["divider"] * 3
    assert all("token" not in call.arguments for call in workspace.calls)


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json; charset=utf-8", "json_not_object"),
        (b"x", "text/plain", "invalid_post_type"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    http: httpx2.AsyncClient, body: bytes, content_type: str, error: str
) -> None:
    headers = {**bearer(), "Content-Type": content_type}

    response = await http.post("/api/auth.test", content=body, headers=headers)

    assert response.json()["error"] == error


async def test_a_channel_without_the_bot_takes_posts_only_with_the_public_scope(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.add_channel("#outside", with_bot=False)
    await slack.chat_postMessage(channel="#outside", text="allowed")

    workspace.grant(BOT_TOKEN, ["chat:write", "channels:join"])
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="#outside", text="refused")
    await slack.conversations_join(channel=workspace.channel("outside").id)
    await slack.chat_postMessage(channel="#outside", text="joined")

    assert refused.value.response["error"] == "not_in_channel"
    assert [message.text for message in workspace.messages("outside")] == ["allowed", "joined"]


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    secret = workspace.add_channel("secret", with_bot=False, private=True)

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel=secret.id, text="x")
    listed = await slack.conversations_list(types="public_channel,private_channel")

    assert refused.value.response["error"] == "channel_not_found"
    assert "secret" not in [channel["name"] for channel in listed["channels"]]


async def test_an_archived_channel_takes_no_posts(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.change_channel(replace(workspace.channel("alerts"), archived=True))

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="#alerts", text="x")
    listed = await slack.conversations_list(exclude_archived=True)

    assert refused.value.response["error"] == "is_archived"
    assert "alerts" not in [channel["name"] for channel in listed["channels"]]


async def test_people_are_found_one_by_one_and_by_pages(slack: AsyncWebClient, workspace: Workspace) -> None:
    guest = await slack.users_info(user=workspace.user("guest").id)
    sizes = [len(page["members"]) async for page in await slack.users_list(limit=2)]

    assert guest["user"]["team_id"] != workspace.team.id
    assert sizes == [2, 2, 1]
    with pytest.raises(SlackApiError) as refused:
        await slack.users_info(user="U404")
    assert refused.value.response["error"] == "user_not_found"


async def test_the_team_is_told(slack: AsyncWebClient, workspace: Workspace) -> None:
    answer = await slack.team_info()

    assert answer["team"]["id"] == workspace.team.id


async def test_every_call_is_kept_with_its_outcome(slack: AsyncWebClient, workspace: Workspace) -> None:
    await slack.chat_postMessage(channel="#alerts", text="x")
    with pytest.raises(SlackApiError):
        await slack.chat_postMessage(channel="#nowhere", text="x")

    assert [(call.status, call.error) for call in workspace.calls_of("chat.postMessage")] == [
        (200, ""),
        (200, "channel_not_found"),
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [({"private": True}, "method_not_supported_for_channel_type"), ({"archived": True}, "is_archived")],
)
async def test_only_open_public_channels_can_be_joined(
    slack: AsyncWebClient, workspace: Workspace, change: JsonObject, error: str
) -> None:
    channel = replace(workspace.channel("alerts"), **change)
    workspace.change_channel(channel)

    with pytest.raises(SlackApiError) as refused:
        await slack.conversations_join(channel=channel.id)

    assert refused.value.response["error"] == error


async def test_direct_messages_are_listed_as_such(slack: AsyncWebClient, workspace: Workspace) -> None:
    direct = workspace.direct_channel("operator")

    listed = await slack.conversations_list(types="im")

    assert [(channel["id"], channel["user"]) for channel in listed["channels"]] == [
        (direct.id, workspace.user("operator").id)
    ]


def test_what_is_not_there_is_a_lookup_error(workspace: Workspace) -> None:
    with pytest.raises(LookupError):
        workspace.user("nobody")
    with pytest.raises(LookupError):
        workspace.channel("#nowhere")
