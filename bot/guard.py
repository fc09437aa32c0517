"""The door for Slack: reads no more than it must, believes nothing unsigned, and hands Bolt one checked object."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot import signature
from bot.envelope import kind_of, read, request_key
from core.errors import BadPayload, BadSignature

MAX_BODY = 1_000_000
# A sender hears of a body too large only once it has sent it: answered earlier, it finds the connection reset.
MOST_READ = 8 * MAX_BODY
PATIENCE = 5.0
KEY = "request_key"


class Guard:
    """`answer` is the endpoint of POST /slack/events; without a secret it answers 503.

    `clock` gives epoch seconds; a body may take `patience` seconds to come in.
    """

    def __init__(self, app: AsyncApp, secret: str, clock: Callable[[], float], patience: float = PATIENCE) -> None:
        self._app = app
        self._secret = secret
        self._clock = clock
        self._patience = patience

    async def answer(self, request: Request) -> Response:
        """Answer one request: 401 unless signed, 413 when too large, 400 when malformed, else what Bolt answers."""
        if not self._secret:
            return _error(HTTPStatus.SERVICE_UNAVAILABLE, "not_configured", "SLACK_SIGNING_SECRET is not set")
        try:
            body = await _body(request, self._patience)
        except ClientDisconnect:
            return _error(HTTPStatus.BAD_REQUEST, "bad_request", "the body ended early")
        except TimeoutError:
            return _error(HTTPStatus.REQUEST_TIMEOUT, "timeout", "the body took too long")
        if body is None:
            return _error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"the body is over {MAX_BODY:,} bytes")
        return await self._dispatch(request, body)

    async def _dispatch(self, request: Request, body: bytes) -> Response:
        given = request.headers.get("x-slack-signature", "")
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        try:
            signature.verify(self._secret, timestamp, given, body, self._clock())
            payload = read(request.headers.get("content-type", ""), body)
        except BadSignature:
            return _error(HTTPStatus.UNAUTHORIZED, "bad_signature", "the request is not signed by Slack")
        except BadPayload as error:
            return _error(HTTPStatus.BAD_REQUEST, "bad_request", error.reason)
        kind = kind_of(payload)
        if kind == "ssl_check":
            return Response()
        if kind == "url_verification":
            return JSONResponse({"challenge": payload["challenge"]})
        # No headers go on to Bolt: some of them would switch it to another way of working.
        bolt = AsyncBoltRequest(mode="socket_mode", body=payload, context={KEY: request_key(payload, given)})
        answer = await self._app.async_dispatch(bolt)
        return Response(answer.body, answer.status, answer.first_headers_without_set_cookie())


async def _body(request: Request, patience: float) -> bytes | None:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > len(str(MOST_READ)) or int(length) > MOST_READ:
        return None
    body = bytearray()
    read = 0
    async with asyncio.timeout(patience):
        async for chunk in request.stream():
            read += len(chunk)
            body += chunk if read <= MAX_BODY else b""
            if read > MOST_READ:
                break
    return bytes(body) if read <= MAX_BODY else None


def _error(status: HTTPStatus, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
