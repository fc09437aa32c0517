"""Calls of the Selling Partner API, each at its operation's own pace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import httpx2
import orjson

from core.errors import ChannelError
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.operations import Operation
from core.marketplaces.bodies import read_text, rows, table
from core.marketplaces.client import Http, read_wait
from core.marketplaces.pace import Bucket
from core.marketplaces.tokens import TokenCache

_TRIES = 5
_WAIT = 1.0
_DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_LIMIT = "x-amzn-ratelimit-limit"


class SellingPartner:
    """One seller's API at `base`, called with the tokens of `tokens`; `clock` gives seconds, `sleep` waits."""

    def __init__(
        self,
        http: Http,
        base: str,
        tokens: TokenCache,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._http = http
        self._base = base
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep
        self._buckets: dict[str, Bucket] = {}

    async def call(
        self,
        operation: Operation,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        again: bool = True,
    ) -> httpx2.Response:
        """The answer to one call, which waits its turn; `again`: it may be sent twice when a reply is lost.

        ChannelError when Amazon is not there, keeps limiting, or refuses a fresh token too.
        """
        content = b"" if body is None else orjson.dumps(body)
        bucket = self._bucket(operation)
        for _ in range(_TRIES):
            await bucket.take()
            answer = await self._send(method, path, content, again=again)
            _learn(bucket, answer)
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return self._checked(answer)
            bucket.hold(read_wait(answer) or max(_WAIT, 1.0 / operation.rate))
        raise ChannelError(CHANNEL, "it keeps asking for fewer requests", read_wait(answer) or _WAIT)

    async def read(
        self, operation: Operation, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Mapping[str, object]:
        """The JSON object of a good answer; ChannelError, with Amazon's own reason, for any other."""
        return self.said(operation, await self.call(operation, method, path, body))

    def said(self, operation: Operation, answer: httpx2.Response) -> Mapping[str, object]:
        """What a good answer says; ChannelError for any other."""
        if not answer.is_success:
            raise ChannelError(CHANNEL, f"{operation.name} was refused: {error_of(answer)}")
        return self._http.read(answer)

    def _bucket(self, operation: Operation) -> Bucket:
        if operation.name not in self._buckets:
            self._buckets[operation.name] = Bucket(operation.rate, operation.burst, self._clock, self._sleep)
        return self._buckets[operation.name]

    async def _send(self, method: str, path: str, content: bytes, *, again: bool) -> httpx2.Response:
        token = await self._tokens.get()
        answer = await self._send_as(token, method, path, content, again=again)
        if answer.status_code in _DENIED and b"token" in answer.content:
            self._tokens.forget(token)
            answer = await self._send_as(await self._tokens.get(), method, path, content, again=again)
        return answer

    async def _send_as(self, token: str, method: str, path: str, content: bytes, *, again: bool) -> httpx2.Response:
        headers = {"x-amz-access-token": token}
        if content:
            headers["content-type"] = "application/json"
        return await self._http.send(method, self._base + path, headers, content, again=again)

    def _checked(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code in _DENIED or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._http.failure(answer)
        return answer


def _learn(bucket: Bucket, answer: httpx2.Response) -> None:
    """Keep to the rate that Amazon grants this seller, where it says so."""
    try:
        rate = float(answer.headers.get(_LIMIT, ""))
    except ValueError:
        return
    if 0.0 < rate < float("inf"):
        bucket.keep_to(rate)


def read_errors(body: Mapping[str, object], name: str) -> str:
    """The messages of the errors or issues listed under `name`, in one line."""
    said = [read_text(table(error).get("message"), 200) for error in rows(body.get(name))]
    return "; ".join(text for text in said if text) or "no reason given"


def error_of(answer: httpx2.Response) -> str:
    """Why a call was refused, in Amazon's words where it gave any."""
    try:
        said = read_errors(table(orjson.loads(answer.content)), "errors")
    except orjson.JSONDecodeError:
        said = "no reason given"
    return f"{said} ({answer.status_code})"
