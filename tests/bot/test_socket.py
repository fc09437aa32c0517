"""Socket Mode: the same handlers, over a connection that the app opens."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from bot.slack import Slack
from bot.socket import run_socket
from playground.slack.payloads import Origin, Payloads
from tests.bot.room import Room


class Switchboard:
    """Slack's side: hands out an address, sends envelopes, keeps what comes back."""

    def __init__(self) -> None:
        self.envelopes: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.tokens: list[str] = []
        self.address = ""

    async def open(self, request: web.Request) -> web.Response:
        """apps.connections.open."""
        self.tokens.append(request.headers["Authorization"])
        return web.json_response({"ok": True, "url": f"{self.address.replace('http', 'ws')}/link"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """The connection."""
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        await socket.send_json(await self.envelopes.get())
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.answers.put_nowait(json.loads(message.data))
        return socket


@asynccontextmanager
async def a_switchboard() -> AsyncIterator[Switchboard]:
    board = Switchboard()
    app = web.Application()
    app.add_routes([web.post("/api/apps.connections.open", board.open), web.get("/link", board.link)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    board.address = f"http://{host}:{port}"
    yield board
    await runner.cleanup()


async def test_a_command_over_the_socket_is_answered_by_the_same_handlers(room: Room) -> None:
    slack = room.slack
    form = Payloads(slack, Origin(slack.team, slack.bot.app_id)).command(
        slack.user("operator"), slack.channel("#stock"), "/stock", "set ABC-1 50"
    )
    async with a_switchboard() as board:
        connected = Slack(f"{board.address}/api/")
        running = asyncio.create_task(run_socket(room.bot.app, "xapp-1", connected))
        board.envelopes.put_nowait({"type": "slash_commands", "envelope_id": "e1", "payload": form})

        answer = await asyncio.wait_for(board.answers.get(), 10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert board.tokens == ["Bearer xapp-1"]
    assert answer["envelope_id"] == "e1"
    assert answer["payload"]["response_type"] == "in_channel"
    assert (await room.store.glance("ABC-1")).stock.physical == 50


async def test_it_ends_when_it_is_cancelled_before_there_was_a_connection(room: Room) -> None:
    nowhere = Slack("http://127.0.0.1:9/api/")
    running = asyncio.create_task(run_socket(room.bot.app, "xapp-1", nowhere))
    await asyncio.sleep(0.05)

    running.cancel()

    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], asyncio.CancelledError)
