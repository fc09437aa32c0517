"""The client: what each failure of Slack is taken for, and where requests never go."""

import pytest

from bot.errors import SlackFailure, SlackLimited, SlackLost, SlackRefused, SlackUnreached
from bot.people import Workspace as Installation
from bot.people import Workspaces
from bot.slack import SLACK_API, Slack
from bot.views.blocks import Content
from playground.slack.faults import FaultKind
from tests.bot.room import ALERTS, HOME, Room

HELLO = Content("hello")


@pytest.fixture
async def slack(room: Room) -> Slack:
    return room.bot.slack


async def failure_of(slack: Slack, installation: Installation = HOME) -> SlackFailure:
    with pytest.raises(SlackFailure) as caught:
        await slack.post(installation, ALERTS, HELLO)
    return caught.value


async def test_too_many_calls_say_when_to_come_again(room: Room, slack: Slack) -> None:
    room.slack.faults.rate_limit(retry_after=17)

    limited = await failure_of(slack)

    assert isinstance(limited, SlackLimited)
    assert limited.retry_after == 17


async def test_a_refusal_carries_slacks_own_code(room: Room, slack: Slack) -> None:
    room.slack.faults.refuse("channel_not_found")

    refused = await failure_of(slack)

    assert isinstance(refused, SlackRefused)
    assert refused.reason == "channel_not_found"


@pytest.mark.parametrize("how", [FaultKind.LOST_AS_500, FaultKind.LOST_BY_CLOSE])
async def test_a_lost_answer_leaves_open_whether_it_was_done(room: Room, slack: Slack, how: FaultKind) -> None:
    room.slack.faults.lose_replies(how=how)

    assert isinstance(await failure_of(slack), SlackLost)
    assert len(room.slack.messages(ALERTS)) == 1


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable"])
async def test_an_inner_fault_of_slacks_leaves_it_open_too(room: Room, slack: Slack, code: str) -> None:
    room.slack.faults.refuse(code)

    assert isinstance(await failure_of(slack), SlackLost)


async def test_without_a_connection_nothing_was_done() -> None:
    nowhere = Slack("http://127.0.0.1:9/api/")
    await nowhere.open()

    assert isinstance(await failure_of(nowhere), SlackUnreached)
    await nowhere.close()


async def test_without_a_token_slack_is_not_asked(room: Room, slack: Slack) -> None:
    refused = await failure_of(slack, Installation())

    assert refused.reason == "not_authed"
    assert not room.slack.calls


async def test_nothing_is_tried_twice_by_the_library(room: Room, slack: Slack) -> None:
    room.slack.faults.lose_replies(calls=1, how=FaultKind.LOST_BY_CLOSE)

    await failure_of(slack)

    assert len(room.slack.calls_of("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://hooks.slack.com/actions/T1/1/x", True),
        ("http://hooks.slack.com/actions/T1/1/x", False),
        ("https://hooks.slack.com.evil.example/", False),
        ("https://hooks.slack.com@evil.example/", False),
        ("https://user@hooks.slack.com/", False),
        ("https://hooks.slack.com:8443/", False),
        ("https://evil.example/hooks.slack.com", False),
        ("//hooks.slack.com/", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_response_urls_lead_to_slack_or_nowhere(url: str, good: bool) -> None:
    assert Slack(SLACK_API).may_respond(url) is good


def test_with_a_stand_in_response_urls_lead_to_it_alone() -> None:
    slack = Slack("http://127.0.0.1:3001/api/")

    assert slack.may_respond("http://127.0.0.1:3001/response/x")
    assert not slack.may_respond("https://hooks.slack.com/actions/T1/1/x")
    assert not slack.may_respond("http://127.0.0.1:3002/response/x")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/upload/v1/x",
        "https://files.slack.com.evil.example/",
        "https://files.slack.com@evil.example/",
        "http://127.0.0.1:9/upload/v1/x",
        "file:///etc/passwd",
        "//files.slack.com/",
        "",
    ],
)
async def test_files_go_to_slack_or_nowhere(room: Room, slack: Slack, url: str) -> None:
    room.slack.base_url = url.removesuffix("/upload/v1/x") if url else ""
    with pytest.raises(SlackRefused, match="its host is not Slack's"):
        await slack.upload(HOME, "chart.png", b"picture", "a chart")


async def test_an_upload_that_slack_does_not_take_is_a_failure(room: Room, slack: Slack) -> None:
    room.slack.faults.refuse("x", method="upload_url")
    with pytest.raises(SlackRefused):
        await slack.upload(HOME, "chart.png", b"picture", "a chart")


async def test_a_used_up_response_url_is_a_refusal(room: Room, slack: Slack) -> None:
    with pytest.raises(SlackRefused):
        await slack.respond(f"{room.slack.base_url}/response/none", HELLO)
    with pytest.raises(SlackRefused):
        await slack.respond("https://evil.example/", HELLO)


def test_tokens_do_not_show() -> None:
    assert HOME.token not in repr(HOME)


def test_a_team_is_ours_when_it_is_known_to_be_or_nothing_is_known() -> None:
    unknown, known = Workspaces(Installation("t")), Workspaces(HOME)

    assert unknown.of("T0000OTHER") is not None
    assert known.of("T0000STOCK") is not None
    assert known.of("") is not None
    assert known.of("T0000OTHER") is None
    unknown.learn(unknown.home, "T0000STOCK", "B1", "U1")
    assert unknown.of("T0000OTHER") is None


def test_each_team_gets_its_own_installation_and_nobody_another_ones() -> None:
    first, second, unknown = HOME, Installation("xoxb-2", team_id="T2"), Installation("xoxb-3")
    several = Workspaces(first, second, unknown)

    assert several.of("T0000STOCK") == first
    assert several.of("T2") == second
    assert several.of("T3") is None
    assert several.of("") is None
    learned = several.learn(unknown, "T3", "B3", "U3")
    assert several.of("T3") == learned
    assert [each.token for each in several] == [HOME.token, "xoxb-2", "xoxb-3"]
    assert several.home == first
