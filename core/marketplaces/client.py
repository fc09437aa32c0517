"""HTTP to one channel: every failure to get a proper answer is a ChannelError in plain words."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx2
import orjson

from core.errors import ChannelError
from core.marketplaces.bodies import table

_LONGEST_WAIT = 3600.0
_LONGEST_LINE = 1_000_000
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Http:
    """Sends with `client` for `channel`; a redirect is never followed."""

    channel: str
    client: httpx2.AsyncClient

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        *,
        again: bool = True,
    ) -> httpx2.Response:
        """The answer, whatever its status; `again`: it may be repeated, so it is, once, when the reply was lost."""
        try:
            return await self._send(method, url, headers, content)
        except _NOT_SENT as error:
            raise ChannelError(self.channel, "it cannot be reached") from error
        except httpx2.HTTPError as error:
            if not again:
                raise ChannelError(self.channel, "its answer was lost") from error
            return await self._send_again(method, url, headers, content)

    async def lines(self, url: str) -> AsyncIterator[bytes]:
        """The lines of a file as they stream in, none of them empty; no key is sent. ChannelError."""
        try:
            async with self.client.stream("GET", url, follow_redirects=False) as answer:
                if not answer.is_success:
                    raise self.failure(answer)
                rest = b""
                async for chunk in answer.aiter_bytes():
                    *whole, rest = (rest + chunk).split(b"\n")
                    for line in filter(None, whole):
                        yield line
                    if len(rest) > _LONGEST_LINE:
                        raise ChannelError(self.channel, "a line of its file has no end")
                if rest:
                    yield rest
        except httpx2.HTTPError as error:
            raise ChannelError(self.channel, "the connection broke") from error

    def read(self, answer: httpx2.Response) -> Mapping[str, object]:
        """The answer's JSON object; ChannelError when the status or the body is not what a good answer has."""
        if not answer.is_success:
            raise self.failure(answer)
        try:
            return table(orjson.loads(answer.content))
        except orjson.JSONDecodeError:
            raise ChannelError(self.channel, "its answer is not JSON") from None

    def failure(self, answer: httpx2.Response) -> ChannelError:
        """A bad status in plain words, with the wait that the channel asks for."""
        match answer.status_code:
            case HTTPStatus.TOO_MANY_REQUESTS:
                reason = "it asks for fewer requests (429)"
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                reason = f"it refuses our access token ({answer.status_code})"
            case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                reason = f"it is not available ({status})"
            case status:
                reason = f"it gave an answer that makes no sense here ({status})"
        return ChannelError(self.channel, reason, read_wait(answer))

    async def _send_again(
        self, method: str, url: str, headers: Mapping[str, str] | None, content: bytes
    ) -> httpx2.Response:
        try:
            return await self._send(method, url, headers, content)
        except httpx2.TimeoutException as error:
            raise ChannelError(self.channel, "it did not answer in time") from error
        except httpx2.HTTPError as error:
            raise ChannelError(self.channel, "the connection broke") from error

    async def _send(self, method: str, url: str, headers: Mapping[str, str] | None, content: bytes) -> httpx2.Response:
        return await self.client.request(method, url, headers=headers, content=content, follow_redirects=False)


def read_wait(answer: httpx2.Response) -> float:
    """The seconds in `Retry-After`, from 0 to an hour; 0 when there are none."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return 0.0
    return min(max(seconds, 0.0), _LONGEST_WAIT) if math.isfinite(seconds) else 0.0
