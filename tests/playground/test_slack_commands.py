"""Typing a command: what is sent, what is shown, and what becomes of a failure."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from playground.slack.client import SlackClient
from playground.slack.payloads import Origin
from playground.slack.records import Team
from playground.slack.seed import SIGNING_SECRET
from tests.playground.slack import Desk, a_desk, actions, button, posted


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with a_desk() as desk:
        yield desk


async def test_a_command_arrives_signed_with_everything_that_slack_sends(desk: Desk) -> None:
    delivery = await desk.person.command("operator", "#alerts", "set ABC-1 5 & more")

    form = desk.app.form()
    assert delivery.ok
    assert form["command"] == "/stock"
    assert form["text"] == "set ABC-1 5 & more"
    assert form["user_id"] == desk.workspace.user("operator").id
    assert form["channel_name"] == "alerts"
    assert form["team_id"] == desk.workspace.team.id
    assert form["response_url"].startswith("http://slack.test/response/")
    assert desk.workspace.triggers.exchange(form["trigger_id"]) == form["user_id"]


async def test_an_immediate_answer_is_shown_to_the_person_or_to_all(desk: Desk) -> None:
    desk.app.answers = [
        JSONResponse({"text": "for you"}),
        JSONResponse({"text": "for all", "response_type": "in_channel"}),
        PlainTextResponse("plainly"),
        PlainTextResponse(""),
        JSONResponse({"response_type": "in_channel"}),
    ]
    for _ in range(5):
        await desk.person.command("operator", "#alerts")

    assert [message.text for message in desk.workspace.ephemerals("operator")] == ["for you", "plainly"]
    assert [message.text for message in desk.workspace.messages("#alerts")] == ["for all"]


async def test_an_immediate_answer_that_slack_refuses_is_not_shown(desk: Desk) -> None:
    desk.app.answers = [
        JSONResponse({"blocks": [{"type": "odd"}]}),
        PlainTextResponse("no json", media_type="application/json"),
    ]

    deliveries = [await desk.person.command("operator", "#alerts") for _ in range(2)]

    assert [delivery.refused for delivery in deliveries] == ["invalid_blocks", "invalid_json"]
    assert desk.workspace.ephemerals("operator") == []


async def test_a_late_answer_is_a_timeout_and_is_not_shown(desk: Desk) -> None:
    gate = asyncio.Event()
    desk.app.before = gate.wait
    impatient = SlackClient(desk.workspace, desk.http, SIGNING_SECRET, patience=0.05)
    desk.app.answers = [JSONResponse({"text": "too late"})]

    delivery = await impatient.command("operator", "#alerts")
    gate.set()
    await impatient.settle()

    assert delivery.timed_out
    assert desk.app.answers == []
    assert [message.text for message in desk.workspace.ephemerals("operator")] == [
        '/stock failed with the error "operation_timeout"'
    ]


async def test_a_failed_command_is_complained_about(desk: Desk) -> None:
    desk.app.answers = [PlainTextResponse("", 500)]

    delivery = await desk.person.command("operator", "#alerts")

    assert not delivery.ok
    assert [message.text for message in desk.workspace.ephemerals("operator")] == [
        '/stock failed with the error "dispatch_failed"'
    ]


async def test_a_stranger_comes_from_another_team_and_a_guest_through_ours(desk: Desk) -> None:
    origin = Origin(Team("T9", "Elsewhere", "elsewhere"), "A9")
    stranger = SlackClient(desk.workspace, desk.http, SIGNING_SECRET, origin=origin)
    message = posted(desk.workspace, actions(button(action_id="acknowledge", value="a1")))

    await stranger.command("operator", "#alerts")
    form = desk.app.form()
    await stranger.click("guest", message, "acknowledge")
    payload = desk.app.payload()

    assert (form["team_id"], form["api_app_id"]) == ("T9", "A9")
    assert (payload["team"]["id"], payload["api_app_id"]) == ("T9", "A9")
    assert payload["user"]["team_id"] == desk.workspace.user("guest").team_id != desk.workspace.team.id


async def test_a_wrong_secret_is_turned_away(desk: Desk) -> None:
    delivery = await SlackClient(desk.workspace, desk.http, "another secret").command("operator", "#alerts")

    assert delivery.status == 401
    assert desk.app.bodies == []


async def test_a_replay_is_the_same_to_the_byte(desk: Desk) -> None:
    delivery = await desk.person.command("operator", "#alerts", "add ABC-1 5")
    desk.clock.move(299)
    again = await desk.person.replay(delivery)
    desk.clock.move(2)
    too_old = await desk.person.replay(delivery)

    assert (again.status, too_old.status) == (200, 401)
    assert desk.app.bodies[0] == desk.app.bodies[1]
    assert [kept.status for kept in desk.person.deliveries] == [200, 200, 401]


async def test_an_app_that_cannot_be_reached_is_a_failed_connection(desk: Desk) -> None:
    async with httpx2.AsyncClient(base_url="http://127.0.0.1:9") as nowhere:
        delivery = await SlackClient(desk.workspace, nowhere, SIGNING_SECRET).command("operator", "#alerts")

    assert delivery.error == "connection_failed"
