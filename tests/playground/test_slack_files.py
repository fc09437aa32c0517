"""Files at the stand-in: announced by a form, sent once to a URL that works once, and seen when they are shared."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.clock import HandClock
from playground.slack.records import Json, JsonObject
from playground.slack.seed import sample_workspace
from playground.slack.workspace import Workspace
from tests.playground.slack import connected


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def workspace(clock: HandClock) -> Workspace:
    return sample_workspace(clock)


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    async with connected(workspace) as client:
        yield client


async def announce(slack: AsyncWebClient, length: int = 3) -> JsonObject:
    answer = await slack.files_getUploadURLExternal(filename="a.png", length=length, alt_txt="what it shows")
    assert isinstance(answer.data, dict)
    return answer.data


async def send(url: str, content: bytes) -> httpx2.Response:
    async with httpx2.AsyncClient() as http:
        return await http.post(url, content=content)


async def error_of(slack: AsyncWebClient, method: str, **arguments: Json) -> str:
    with pytest.raises(SlackApiError) as caught:
        await slack.api_call(method, params=arguments)
    return str(caught.value.response["error"])


async def test_a_file_is_seen_in_its_thread_once_it_is_shared(workspace: Workspace, slack: AsyncWebClient) -> None:
    channel = workspace.channel("alerts")
    parent = await slack.chat_postMessage(channel=channel.id, text="look")
    given = await announce(slack)
    assert (await send(given["upload_url"], b"abc")).status_code == 200

    await slack.files_completeUploadExternal(
        files=[{"id": given["file_id"], "title": "A"}], channel_id=channel.id, thread_ts=parent["ts"]
    )

    (file,) = workspace.files.all
    assert (file.content, file.title, file.alt) == (b"abc", "A", "what it shows")
    found = await slack.conversations_replies(channel=channel.id, ts=parent["ts"])
    assert found["messages"][-1]["files"][0]["id"] == file.id


async def test_the_sdks_own_upload_works(workspace: Workspace, slack: AsyncWebClient) -> None:
    await slack.files_upload_v2(channel=workspace.channel("alerts").id, content="abc", filename="a.txt", title="A")

    assert [message.content.files[0]["title"] for message in workspace.messages("alerts")] == ["A"]


async def test_a_url_takes_one_file_of_the_length_that_was_announced(slack: AsyncWebClient, clock: HandClock) -> None:
    twice, short, late = await announce(slack), await announce(slack), await announce(slack)

    assert (await send(twice["upload_url"], b"abc")).status_code == 200
    assert (await send(twice["upload_url"], b"abc")).status_code == 400
    assert (await send(short["upload_url"], b"ab")).text == "length_mismatch"
    clock.move(1_801)
    assert (await send(late["upload_url"], b"abc")).text == "expired_url"


async def test_what_was_not_sent_or_is_not_known_cannot_be_shared(slack: AsyncWebClient, workspace: Workspace) -> None:
    given = await announce(slack)
    method = "files.completeUploadExternal"

    assert await error_of(slack, method, files=f'[{{"id": "{given["file_id"]}"}}]') == "file_not_uploaded"
    assert await error_of(slack, method, files='[{"id": "F9"}]') == "file_not_found"
    assert await error_of(slack, method, files="[]") == "invalid_arguments"
    assert await error_of(slack, method, files='[{"id": "F9"}]', channel_id="#alerts") == "channel_not_found"
    assert await error_of(slack, "files.getUploadURLExternal", filename="a", length=0) == "invalid_arguments"


async def test_the_url_is_asked_for_by_a_form_and_not_by_json(slack: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await slack.api_call("files.getUploadURLExternal", json={"filename": "a.png", "length": 3})


async def test_without_the_scope_there_is_no_url(workspace: Workspace, slack: AsyncWebClient) -> None:
    workspace.grant(str(slack.token), frozenset({"chat:write"}))

    assert await error_of(slack, "files.getUploadURLExternal", filename="a", length=3) == "missing_scope"
