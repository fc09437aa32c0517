"""An app built with Bolt against the stand-in: both sides over HTTP, as with the real Slack."""

import time
from collections.abc import AsyncIterator

import httpx2
import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from playground.slack.client import SlackClient
from playground.slack.records import JsonObject
from playground.slack.seed import SIGNING_SECRET, sample_workspace
from playground.slack.workspace import Workspace
from tests.playground.slack import actions, button, connected, modal, number_input, plain


@pytest.fixture
def workspace() -> Workspace:
    return sample_workspace(time.time)


@pytest.fixture
async def bolt(workspace: Workspace) -> AsyncIterator[AsyncApp]:
    async with connected(workspace) as client:
        yield AsyncApp(client=client, signing_secret=SIGNING_SECRET, process_before_response=True)


@pytest.fixture
async def person(workspace: Workspace, bolt: AsyncApp) -> AsyncIterator[SlackClient]:
    handler = AsyncSlackRequestHandler(bolt)
    app = Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://app") as http:
        yield SlackClient(workspace, http, SIGNING_SECRET)


MODAL = modal(callback_id="adjust", submit=plain("Set"), blocks=[number_input()])


def row(action_id: str) -> list[JsonObject]:
    return [actions(button(action_id=action_id, value="a1"))]


async def test_a_command_is_answered_at_once_and_again_through_its_response_url(
    bolt: AsyncApp, person: SlackClient, workspace: Workspace
) -> None:
    @bolt.command("/stock")
    async def stock(ack: AsyncAck, respond: AsyncRespond, command: JsonObject) -> None:
        await respond(f"looking for {command['text']}", response_type="in_channel")
        await ack(f"{command['text']}: 5")

    await person.command("operator", "#alerts", "ABC-1")

    assert [message.text for message in workspace.messages("#alerts")] == ["looking for ABC-1"]
    assert [message.text for message in workspace.ephemerals("operator")] == ["ABC-1: 5"]


async def test_a_click_changes_the_message_that_was_clicked(
    bolt: AsyncApp, person: SlackClient, workspace: Workspace
) -> None:
    @bolt.action("acknowledge")
    async def acknowledge(ack: AsyncAck, client: AsyncWebClient, body: JsonObject) -> None:
        who = f"acknowledged by <@{body['user']['id']}>"
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=who)
        await ack()

    await bolt.client.chat_postMessage(channel="#alerts", text="low", blocks=row("acknowledge"))
    (message,) = workspace.messages("#alerts")

    delivery = await person.click("operator", message, "acknowledge")

    assert delivery.ok
    (message,) = workspace.messages("#alerts")
    assert message.text == f"acknowledged by <@{workspace.user('operator').id}>"


async def test_a_button_opens_a_modal_and_its_submission_is_taken(
    bolt: AsyncApp, person: SlackClient, workspace: Workspace
) -> None:
    counted: list[str] = []

    @bolt.action("adjust")
    async def adjust(ack: AsyncAck, client: AsyncWebClient, body: JsonObject) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        await ack()

    @bolt.view("adjust")
    async def adjusted(ack: AsyncAck, view: JsonObject) -> None:
        counted.append(view["state"]["values"]["count"]["count"]["value"])
        await ack()

    await bolt.client.chat_postMessage(channel="#alerts", text="low", blocks=row("adjust"))
    await person.click("operator", workspace.messages("#alerts")[0], "adjust")
    modal = workspace.modal("operator")
    assert modal is not None
    await person.submit("operator", modal, {"count": 7})

    assert counted == ["7"]
    assert workspace.modal("operator") is None


async def test_the_home_tab_is_published_when_it_is_opened(
    bolt: AsyncApp, person: SlackClient, workspace: Workspace
) -> None:
    @bolt.event("app_home_opened")
    async def publish(client: AsyncWebClient, event: JsonObject) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": row("sync")})

    (attempt,) = await person.open_home("operator")

    assert attempt.ok
    home = workspace.home("operator")
    assert home is not None
    assert home.blocks[0]["elements"][0]["action_id"] == "sync"
