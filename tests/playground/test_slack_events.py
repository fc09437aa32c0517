"""Events: their envelope, and how often they are sent."""

from collections.abc import AsyncIterator

import pytest
from starlette.responses import PlainTextResponse

from tests.playground.slack import Desk, a_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with a_desk() as desk:
        yield desk


async def test_an_event_arrives_in_its_envelope(desk: Desk) -> None:
    await desk.person.open_home("operator")
    home = desk.app.event()
    await desk.person.mention("operator", "#alerts", "how many?")
    mention = desk.app.event()

    assert home["event"]["type"] == "app_home_opened"
    assert home["event"]["channel"] == desk.workspace.direct_channel("operator").id
    assert home["api_app_id"] == desk.workspace.bot.app_id
    assert mention["event"]["text"] == f"<@{desk.workspace.bot.user_id}> how many?"
    assert mention["event_id"] != home["event_id"]
    assert desk.app.headers[-1]["content-type"] == "application/json"


async def test_a_failed_event_is_sent_three_times_more_with_its_number_and_reason(desk: Desk) -> None:
    desk.app.answers = [PlainTextResponse("", 500)] * 4

    attempts = await desk.person.event({"type": "app_mention"})

    assert [attempt.status for attempt in attempts] == [500] * 4
    assert desk.clock.slept == [0, 60, 300]
    assert [headers.get("x-slack-retry-num") for headers in desk.app.headers] == [None, "1", "2", "3"]
    assert desk.app.headers[-1]["x-slack-retry-reason"] == "http_error"
    assert len(set(desk.app.bodies)) == 1


async def test_an_event_is_not_sent_again_once_it_is_taken_or_when_the_app_says_so(desk: Desk) -> None:
    desk.app.answers = [PlainTextResponse("", 500), PlainTextResponse("")]
    assert len(await desk.person.event({"type": "app_mention"})) == 2

    desk.app.answers = [PlainTextResponse("", 500, {"X-Slack-No-Retry": "1"})]
    assert len(await desk.person.event({"type": "app_mention"})) == 1
