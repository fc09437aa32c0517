"""The way in to a stand-in: every call is noted, and the API faults strike here."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import httpx2
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.faults import Fault
from playground.stand_in import Call, StandIn

_LATE_BY = 2.0


def raise_timeout() -> None:
    """Lose a reply in one process: the in-process client sees a read timeout."""
    raise httpx2.ReadTimeout("the reply was lost")


def hang_up() -> None:
    """Lose a reply over a socket: the server closes the connection on an unfinished answer."""


@dataclass(frozen=True, slots=True)
class Door:
    """An ASGI app around `app` that notes each call on `stand_in` and lets its faults strike.

    A lost reply is applied first; then `lose` is called, which raises or returns. A late one takes 2 s more.
    """

    app: ASGIApp
    stand_in: StandIn
    lose: Callable[[], None] = raise_timeout
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; pass everything else through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = await read_body(receive)
        call = self._note(scope, body)
        if self.stand_in.faults.strikes(Fault.OFFLINE):
            refusal = PlainTextResponse("Service Unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
            await refusal(scope, receive, self._noting(call, send))
            return
        await self.stand_in.faults.wait_out(Fault.SLOW)
        if self.stand_in.faults.strikes(Fault.LATE):
            await self.sleep(_LATE_BY)
        await self._answer(scope, body, call, send)

    async def _answer(self, scope: Scope, body: bytes, call: Call, send: Send) -> None:
        lost = self.stand_in.faults.strikes(Fault.LOST_REPLY)
        reply = self._losing(send) if lost else send
        await self.app(scope, _replay(body), self._noting(call, reply))
        if lost:
            self.lose()

    def _note(self, scope: Scope, body: bytes) -> Call:
        call = Call(
            at=self.stand_in.clock(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode(),
            body=body,
        )
        self.stand_in.calls.append(call)
        self.stand_in.changes.tell()
        return call

    def _noting(self, call: Call, send: Send) -> Send:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
                call.answered_at = self.stand_in.clock()
                self.stand_in.changes.tell()
            await send(message)

        return noting

    def _losing(self, send: Send) -> Send:
        async def losing(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)

        return losing


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    body = b""
    while True:
        message = await receive()
        body += cast("bytes", message.get("body", b""))
        if not message.get("more_body", False):
            return body


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
