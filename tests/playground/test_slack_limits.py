"""How often the app may call: 429 with Retry-After, by channel and by workspace."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.clock import HandClock
from playground.slack.limits import NO_RULES, STRICT_RULES, Limits
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


async def post(slack: AsyncWebClient, channel: str = "#alerts") -> int:
    """Post once; the seconds that Slack says to wait, 0 when it was taken."""
    try:
        await slack.chat_postMessage(channel=channel, text="x")
    except SlackApiError as refused:
        if (refused.response.status_code, refused.response["error"]) != (429, "ratelimited"):
            raise
        return int(refused.response.headers["Retry-After"])
    return 0


async def test_a_fourth_post_in_a_second_to_one_channel_is_told_to_wait(
    slack: AsyncWebClient, workspace: Workspace, clock: HandClock
) -> None:
    assert [await post(slack) for _ in range(4)] == [0, 0, 0, 1]

    clock.move(1)
    assert [await post(slack) for _ in range(2)] == [0, 1]
    assert len(workspace.messages("#alerts")) == 4


async def test_channels_do_not_share_their_limit_however_they_are_named(
    slack: AsyncWebClient, workspace: Workspace
) -> None:
    names = ["#alerts", "alerts", workspace.channel("alerts").id, "#alerts"]

    assert [await post(slack, name) for name in names] == [0, 0, 0, 1]
    assert await post(slack, "#digest") == 0


async def test_the_fifty_first_update_in_a_minute_is_told_to_wait(
    slack: AsyncWebClient, workspace: Workspace, clock: HandClock
) -> None:
    posted = [await slack.chat_postMessage(channel=name, text="x") for name in ("#alerts", "#digest")]
    for number in range(50):
        message = posted[number % 2]
        await slack.chat_update(channel=message["channel"], ts=message["ts"], text=str(number))

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_update(channel=posted[0]["channel"], ts=posted[0]["ts"], text="late")

    assert refused.value.response.headers["Retry-After"] == "2"
    assert workspace.messages("#alerts")[0].text == "48"


async def test_limits_can_be_strict_or_off(slack: AsyncWebClient, workspace: Workspace) -> None:
    workspace.limits.use(STRICT_RULES)
    assert [await post(slack) for _ in range(2)] == [0, 1]

    workspace.limits.use(NO_RULES)
    assert [await post(slack) for _ in range(20)] == [0] * 20


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_a_channel_never_takes_more_than_the_burst_and_one_a_second(waits: list[float]) -> None:
    clock = HandClock()
    limits = Limits(clock)
    taken: list[float] = []
    for wait in waits:
        clock.move(wait)
        if limits.seconds_to_wait("chat.postMessage", "C1") == 0:
            taken.append(clock.now)

    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= 3 + (taken[last] - start) + 1e-6


@settings(deadline=None)
@given(st.lists(st.floats(0, 2), min_size=1, max_size=30))
def test_whoever_waits_as_told_is_taken(waits: list[float]) -> None:
    clock = HandClock()
    limits = Limits(clock)
    for wait in waits:
        clock.move(wait)
        if told := limits.seconds_to_wait("chat.postMessage", "C1"):
            clock.move(told)
            assert limits.seconds_to_wait("chat.postMessage", "C1") == 0
