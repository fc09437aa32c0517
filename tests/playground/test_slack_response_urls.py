"""Answering through a response URL: five times, for half an hour, in the ways that Slack knows."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from playground.slack.api import RESPONSE_URL, slack_app
from playground.slack.clock import HandClock
from playground.slack.records import Message
from playground.slack.seed import sample_workspace
from playground.slack.server import serve_slack
from playground.slack.workspace import Workspace
from tests.playground.slack import posted


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def workspace(clock: HandClock) -> Workspace:
    return sample_workspace(clock)


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(slack_app(workspace))
    async with httpx2.AsyncClient(transport=transport, base_url="http://slack") as client:
        yield client


def path(workspace: Workspace, message: Message | None = None) -> str:
    """A response URL for the operator in #alerts, for a click on the message if one is given."""
    token = workspace.response_urls.issue(
        workspace.user("operator").id, workspace.channel("alerts").id, message.ts if message else ""
    )
    return f"/response/{token}"


async def test_an_answer_is_for_the_person_alone_unless_it_says_otherwise(
    http: httpx2.AsyncClient, workspace: Workspace
) -> None:
    url = path(workspace)
    quiet = await http.post(url, json={"text": "for you"})
    await http.post(url, json={"text": "for all", "response_type": "in_channel"})

    assert (quiet.status_code, quiet.text) == (200, "ok")
    assert [message.text for message in workspace.ephemerals("operator")] == ["for you"]
    assert [message.text for message in workspace.messages("#alerts")] == ["for all"]


async def test_a_sixth_answer_is_refused(http: httpx2.AsyncClient, workspace: Workspace) -> None:
    url = path(workspace)
    statuses = [(await http.post(url, json={"text": "x"})).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [404]
    assert len(workspace.ephemerals("operator")) == 5


@pytest.mark.parametrize(("age", "status"), [(1800, 200), (1801, 404)])
async def test_an_answer_is_taken_for_half_an_hour(
    http: httpx2.AsyncClient, workspace: Workspace, clock: HandClock, age: float, status: int
) -> None:
    url = path(workspace)
    clock.move(age)

    assert (await http.post(url, json={"text": "x"})).status_code == status


async def test_an_unknown_url_is_refused(http: httpx2.AsyncClient) -> None:
    response = await http.post("/response/none", json={"text": "x"})

    assert (response.status_code, response.json()["error"]) == (404, "invalid_url")


async def test_the_original_is_replaced_or_deleted_even_when_it_is_ephemeral(
    http: httpx2.AsyncClient, workspace: Workspace
) -> None:
    public, private = posted(workspace), posted(workspace, visible_to="operator")

    for original in (public, private):
        await http.post(path(workspace, original), json={"replace_original": True, "text": "after"})
    assert workspace.messages("#alerts")[0].text == "after"
    assert [message.text for message in workspace.ephemerals("operator")] == ["after"]

    for original in (public, private):
        await http.post(path(workspace, original), json={"delete_original": True})
    assert workspace.messages("#alerts") == workspace.ephemerals("operator") == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [({}, "no_text"), ({"blocks": [{"type": "odd"}]}, "invalid_blocks"), ({"text": " "}, "no_text")],
)
async def test_an_answer_that_slack_cannot_show_is_refused(
    http: httpx2.AsyncClient, workspace: Workspace, answer: dict[str, object], error: str
) -> None:
    response = await http.post(path(workspace), json=answer)

    assert (response.status_code, response.text) == (400, error)


async def test_the_sdk_answers_over_a_socket(workspace: Workspace) -> None:
    async with serve_slack(workspace):
        response = await AsyncWebhookClient(workspace.base_url + path(workspace)).send(text="hello")

    assert response.status_code == 200
    assert [message.text for message in workspace.ephemerals("operator")] == ["hello"]


async def test_faults_strike_here_too(http: httpx2.AsyncClient, workspace: Workspace) -> None:
    url = path(workspace)
    workspace.faults.rate_limit(method=RESPONSE_URL, retry_after=7)
    limited = await http.post(url, json={"text": "x"})
    workspace.faults.lose_replies(method=RESPONSE_URL)
    lost = await http.post(url, json={"text": "y"})

    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert lost.status_code == 500
    assert [message.text for message in workspace.ephemerals("operator")] == ["y"]
