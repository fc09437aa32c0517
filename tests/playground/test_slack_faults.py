"""What goes wrong between the app and Slack, on demand."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.changes import Changes
from playground.slack.clock import HandClock
from playground.slack.faults import FaultKind, Faults
from playground.slack.seed import BOT_TOKEN, sample_workspace
from playground.slack.server import serve_slack
from playground.slack.workspace import Workspace
from tests.playground.slack import connected


@pytest.fixture
def workspace() -> Workspace:
    return sample_workspace(HandClock())


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    async with connected(workspace) as client:
        yield client


async def test_while_slack_is_down_nothing_is_applied(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.down = True
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="#alerts", text="x")
    workspace.faults.clear()
    await slack.chat_postMessage(channel="#alerts", text="y")

    assert refused.value.response.status_code == 503
    assert [message.text for message in workspace.messages("#alerts")] == ["y"]


async def test_a_hanging_call_goes_on_when_it_is_released(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.hang()
    call = asyncio.create_task(slack.chat_postMessage(channel="#alerts", text="x"))
    await workspace.wait_for(lambda seen: seen.faults.waiting)
    assert workspace.messages("#alerts") == []

    workspace.faults.release()

    assert (await call)["ok"]
    assert len(workspace.messages("#alerts")) == 1


async def test_a_hanging_call_whose_caller_has_gone_is_never_applied(workspace: Workspace) -> None:
    async with serve_slack(workspace) as url:
        impatient = AsyncWebClient(BOT_TOKEN, base_url=url, timeout=0)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.05)) as session:
            impatient.session = session
            workspace.faults.hang()
            with pytest.raises(TimeoutError):
                await impatient.chat_postMessage(channel="#alerts", text="x")
        await workspace.wait_for(lambda seen: not seen.faults.waiting)
        workspace.faults.release()
        await AsyncWebClient(BOT_TOKEN, base_url=url).chat_postMessage(channel="#alerts", text="y")

    assert [message.text for message in workspace.messages("#alerts")] == ["y"]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (FaultKind.LOST_AS_500, SlackApiError),
        (FaultKind.LOST_BY_CLOSE, aiohttp.ClientPayloadError),
    ],
)
async def test_a_lost_answer_leaves_the_post_applied(
    slack: AsyncWebClient, workspace: Workspace, how: FaultKind, error: type[Exception]
) -> None:
    workspace.faults.lose_replies(how=how)

    with pytest.raises(error):
        await slack.chat_postMessage(channel="#alerts", text="x")

    assert [message.text for message in workspace.messages("#alerts")] == ["x"]
    assert (await slack.chat_postMessage(channel="#alerts", text="y"))["ok"]


async def test_an_answer_lost_in_silence_leaves_the_post_applied(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.lose_replies(how=FaultKind.LOST_IN_SILENCE)
    call = asyncio.create_task(slack.chat_postMessage(channel="#alerts", text="x"))

    (message,) = await workspace.wait_for(lambda seen: seen.messages("#alerts"))
    assert message.text == "x"
    assert not call.done()
    assert (await slack.auth_test())["ok"]

    workspace.faults.release()
    with pytest.raises(SlackApiError):
        await call


async def test_a_fault_can_be_kept_to_one_method(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.rate_limit(2, method="chat.postMessage", retry_after=30)
    assert (await slack.auth_test())["ok"]

    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await slack.chat_postMessage(channel="#alerts", text="x")
        assert refused.value.response.headers["Retry-After"] == "30"

    assert (await slack.chat_postMessage(channel="#alerts", text="x"))["ok"]


async def test_slack_can_be_told_what_to_refuse(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.refuse("token_revoked")

    with pytest.raises(SlackApiError) as refused:
        await slack.auth_test()

    assert refused.value.response["error"] == "token_revoked"
    assert (await slack.auth_test())["ok"]


async def test_a_delay_comes_before_every_call() -> None:
    clock = HandClock()
    faults = Faults(Changes(), clock.sleep)
    faults.delay = 1.5

    await faults.hold()

    assert clock.slept == [1.5]


async def test_clearing_ends_every_fault(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.down = True
    workspace.faults.delay = 60
    workspace.faults.rate_limit(5)
    workspace.faults.hang()

    workspace.faults.clear()

    assert not workspace.faults.hanging
    assert (await slack.auth_test())["ok"]


async def test_whoever_waits_is_told_and_does_not_wait_for_ever(workspace: Workspace) -> None:
    with pytest.raises(TimeoutError):
        await workspace.wait_for(lambda seen: seen.messages("#alerts"), 0.01)

    waiting = asyncio.create_task(workspace.wait_for(lambda seen: seen.messages("#alerts")))
    await asyncio.sleep(0)
    workspace.say("operator", "#alerts", "here")

    assert [message.text for message in await waiting] == ["here"]


async def test_a_server_that_stops_does_not_wait_for_a_hanging_call(workspace: Workspace) -> None:
    workspace.faults.hang()
    async with connected(workspace) as slack:
        call = asyncio.create_task(slack.chat_postMessage(channel="#alerts", text="x"))
        await workspace.wait_for(lambda seen: seen.faults.waiting)

    with pytest.raises((aiohttp.ClientError, SlackApiError)):
        await call
    assert workspace.messages("#alerts") == []
