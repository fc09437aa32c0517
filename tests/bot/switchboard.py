"""Slack's side of Socket Mode: hands out an address, sends envelopes, and again what was not acknowledged."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web


class Switchboard:
    """One app: `answers` are its acknowledgements by envelope id, `tokens` what it showed for an address."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.tokens: list[str] = []
        self.address = ""
        self.links = 0
        self._numbers = itertools.count(1)
        self._linked = asyncio.Event()
        self._answered = asyncio.Condition()
        self._socket: web.WebSocketResponse | None = None

    async def send(self, kind: str, payload: dict[str, Any], retry: int = 0, within: float = 10.0) -> dict[str, Any]:
        """Send an envelope (`slash_commands`, `interactive` or `events_api`); what the app acknowledged it with."""
        await asyncio.wait_for(self._linked.wait(), within)
        envelope_id = f"e{next(self._numbers)}"
        again = {"retry_attempt": retry, "retry_reason": "timeout"} if kind == "events_api" else {}
        envelope = {"type": kind, "envelope_id": envelope_id, "payload": payload, "accepts_response_payload": True}
        assert self._socket is not None
        await self._socket.send_json({**envelope, **again})
        async with asyncio.timeout(within), self._answered:
            await self._answered.wait_for(lambda: envelope_id in self.answers)
        return self.answers[envelope_id]

    async def drop(self) -> None:
        """Tell the app that this connection is about to end, as Slack does every few hours."""
        assert self._socket is not None
        self._linked.clear()
        await self._socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def open(self, request: web.Request) -> web.Response:
        """apps.connections.open."""
        self.tokens.append(request.headers["Authorization"])
        return web.json_response({"ok": True, "url": f"{self.address.replace('http', 'ws')}/link"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """The connection."""
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._socket = socket
        self.links += 1
        self._linked.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                answer = json.loads(message.data)
                async with self._answered:
                    self.answers[answer["envelope_id"]] = answer
                    self._answered.notify_all()
        return socket


@asynccontextmanager
async def a_switchboard() -> AsyncIterator[Switchboard]:
    """A switchboard on a free loopback port."""
    board = Switchboard()
    app = web.Application()
    app.add_routes([web.post("/api/apps.connections.open", board.open), web.get("/link", board.link)])
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    board.address = f"http://{host}:{port}"
    yield board
    await runner.cleanup()
