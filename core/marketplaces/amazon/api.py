"""Calls of the Selling Partner API, each at its operation's own pace."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import httpx2
import orjson

from core.errors import ChannelError
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.bodies import read_text, rows, table
from core.marketplaces.client import Http, read_wait
from core.marketplaces.pace import Bucket
from core.marketplaces.tokens import TokenCache

_TRIES = 5
_WAIT = 1.0
_DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class SellingPartner:
    """One seller's API at `base`."""

    def __init__(self, http: Http, base: str, tokens: TokenCache) -> None:
        self._http = http
        self._base = base
        self._tokens = tokens

    async def call(
        self, bucket: Bucket, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> httpx2.Response:
        """The answer to one call, which waits its turn in `bucket`.

        ChannelError when Amazon is not there, keeps limiting, or refuses a fresh token too.
        """
        content = b"" if body is None else orjson.dumps(body)
        for _ in range(_TRIES):
            await bucket.take()
            answer = await self._send(method, path, content)
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return self._checked(answer)
            bucket.hold(read_wait(answer) or _WAIT)
        raise ChannelError(CHANNEL, "it keeps asking for fewer requests", read_wait(answer) or _WAIT)

    async def _send(self, method: str, path: str, content: bytes) -> httpx2.Response:
        token = await self._tokens.get()
        answer = await self._send_as(token, method, path, content)
        if answer.status_code in _DENIED and b"token" in answer.content:
            self._tokens.forget(token)
            answer = await self._send_as(await self._tokens.get(), method, path, content)
        return answer

    async def _send_as(self, token: str, method: str, path: str, content: bytes) -> httpx2.Response:
        headers = {"x-amz-access-token": token, "content-type": "application/json"}
        return await self._http.send(method, self._base + path, headers, content)

    def _checked(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code in _DENIED or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._http.failure(answer)
        return answer


def read_errors(body: Mapping[str, object], name: str) -> str:
    """The messages of the errors or issues listed under `name`, in one line."""
    said = [read_text(table(error).get("message"), 200) for error in rows(body.get(name))]
    return "; ".join(text for text in said if text) or "no reason given"
