"""Socket Mode: the same handlers, over a connection that the app opens."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.shortcuts import FIND_SKUS
from bot.slack import Slack
from bot.socket import run_socket
from playground.slack.payloads import Origin, Payloads
from playground.slack.records import JsonObject
from playground.slack.state import empty_state
from tests.bot.room import ALERTS, Room, shown
from tests.bot.switchboard import Switchboard, a_switchboard


@dataclass(frozen=True, slots=True)
class Line:
    """A room whose app is connected, and Slack's end of the connection."""

    room: Room
    board: Switchboard
    payloads: Payloads

    async def command(self, text: str) -> dict[str, Any]:
        slack = self.room.slack
        form = self.payloads.command(slack.user("operator"), slack.channel("#stock"), "/stock", text)
        return await self.board.send("slash_commands", form)

    async def interact(self, payload: JsonObject) -> dict[str, Any]:
        return await self.board.send("interactive", payload)

    async def event(self, payload: JsonObject, retry: int = 0) -> dict[str, Any]:
        return await self.board.send("events_api", payload, retry)


@pytest.fixture
async def line(room: Room) -> AsyncIterator[Line]:
    async with a_switchboard() as board:
        connected = Slack(f"{board.address}/api/")
        running = asyncio.create_task(run_socket(room.bot.app, "xapp-1", connected))
        yield Line(room, board, Payloads(room.slack, Origin(room.slack.team, room.slack.bot.app_id)))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_command_is_answered_by_the_same_handlers(line: Line) -> None:
    answer = await line.command("set ABC-1 50")

    assert line.board.tokens == ["Bearer xapp-1"]
    assert answer["payload"]["response_type"] == "in_channel"
    assert (await line.room.store.glance("ABC-1")).stock.physical == 50


async def test_a_click_acknowledges_an_alert(line: Line) -> None:
    alert, message = await line.room.posted_alert()
    action = {"type": "button", "action_id": "alert_acknowledge", "block_id": "b", "value": alert.alert_id}
    click = line.payloads.message_action(line.room.slack.user("operator"), message, action, {})

    await line.interact(click)
    await line.room.tell()

    assert (await line.room.alert(alert.alert_id)).acknowledged_by == line.room.id_of("operator")
    assert "Acknowledged by" in shown(line.room.slack.messages(ALERTS)[-1])


async def test_a_shortcut_opens_its_modal(line: Line) -> None:
    await line.command("set TEE-RED-M 50")
    said = line.room.slack.say("warehouse", "#stock", "TEE-RED-M?")

    await line.interact(line.payloads.message_shortcut(line.room.slack.user("operator"), said, FIND_SKUS))

    modal = line.room.slack.modal("operator")
    assert modal is not None
    assert "*50 to sell*" in str(modal.blocks)


async def test_a_modal_that_is_sent_is_answered(line: Line) -> None:
    await line.interact(
        line.payloads.message_shortcut(
            line.room.slack.user("operator"), line.room.slack.say("warehouse", "#stock", "x"), FIND_SKUS
        )
    )
    modal = line.room.slack.modal("operator")
    assert modal is not None

    answer = await line.interact(
        line.payloads.submission(line.room.slack.user("operator"), modal, empty_state(modal.blocks))
    )

    assert answer["payload"] == {"response_action": "clear"}


async def test_a_mention_is_answered_once_though_it_is_sent_again(line: Line) -> None:
    said = line.room.slack.say("warehouse", "#stock", "<@U0000SYNC> TEE-RED-M")
    wire = line.room.slack.posts.as_json(said, with_metadata=False)
    event = line.payloads.event({**wire, "type": "app_mention", "channel": said.channel})

    await line.event(event)
    await line.event(event, retry=1)

    assert len(line.room.slack.thread(said)) == 1


async def test_home_is_shown_and_its_search_answers(line: Line) -> None:
    person = line.room.slack.user("operator")
    await line.command("set TEE-RED-M 50")
    await line.event(line.payloads.event({"type": "app_home_opened", "user": person.id, "tab": "home"}))
    home = line.room.slack.home("operator")
    assert home is not None
    action = {"type": "plain_text_input", "action_id": "home_search", "block_id": "home_search", "value": "TEE-RED-M"}

    await line.interact(line.payloads.view_action(person, home, action, {}))

    modal = line.room.slack.modal("operator")
    assert modal is not None
    assert "*50 to sell*" in str(modal.blocks)


async def test_a_connection_that_slack_renews_goes_on(line: Line) -> None:
    await line.command("set ABC-1 50")

    await line.board.drop()
    answer = await line.command("ABC-1")

    assert line.board.links == 2
    assert "*50 to sell*" in str(answer["payload"])


async def test_it_ends_when_it_is_cancelled_before_there_was_a_connection(room: Room) -> None:
    nowhere = Slack("http://127.0.0.1:9/api/")
    running = asyncio.create_task(run_socket(room.bot.app, "xapp-1", nowhere))
    await asyncio.sleep(0.05)

    running.cancel()

    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], asyncio.CancelledError)
