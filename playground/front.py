"""What stands before the app: every request is handed on as it came, and answered 503 while the app is not there."""

from dataclasses import dataclass
from http import HTTPStatus

import httpx2
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from webhooks.errors import refusal
from webhooks.requests import read_body, read_headers

# What belongs to one connection (RFC 9110, 7.6.1), or is counted anew.
_OURS = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"})


@dataclass(frozen=True, slots=True)
class Front:
    """An ASGI app that hands on to the app behind `http`, byte for byte, and answers with what it answered."""

    http: httpx2.AsyncClient

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await read_body(read_headers(scope), receive)
        query = scope["query_string"]
        path = scope["raw_path"] + (b"?" + query if query else b"")
        request = httpx2.Request(
            scope["method"],
            self.http.base_url.copy_with(raw_path=path),
            headers=[(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in _OURS],
            content=body or None,
        )
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: httpx2.Request) -> Response:
        try:
            answer = await self.http.send(request)
        except httpx2.TransportError:
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "the app is not running just now")
        response = Response(answer.content, answer.status_code)
        kept = [each for each in answer.headers.raw if each[0].lower().decode("latin-1") not in _OURS]
        response.raw_headers = [*kept, (b"content-length", str(len(answer.content)).encode())]
        return response
