"""Calls to the shop; source: WooCommerce's REST API, version wc/v3, and WordPress's own about paging and errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import httpx2
import orjson

from core.errors import ChannelError
from core.marketplaces.bodies import read_text, rows, table
from core.marketplaces.client import Http
from core.marketplaces.pace import Bucket
from core.marketplaces.woocommerce.access import CHANNEL, WooAccess

PER_PAGE = 100
_RATE, _BURST = 10.0, 20.0
_OURS = "woocommerce_rest_"
_NO_API = "there is no REST API of WooCommerce there (404): check WOOCOMMERCE_URL, and that permalinks are not plain"
Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list: its rows, whether more follow, and the shop's own time (epoch s, None: it does not say)."""

    rows: list[Node]
    more: bool
    at: float | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the shop did not do as asked, in its own words."""

    status: int
    code: str
    message: str

    @property
    def reason(self) -> str:
        """What to tell people."""
        return self.message or self.code or f"it gave no reason ({self.status})"

    @property
    def is_passing(self) -> bool:
        """Whether the same may succeed later."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def is_unknown(self) -> bool:
        """Whether it has no such thing."""
        return self.status == HTTPStatus.NOT_FOUND or self.code.endswith("_invalid_id")


class Api:
    """The REST API of one shop, at a pace that an ordinary server bears."""

    def __init__(
        self, http: Http, access: WooAccess, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._http = http
        self._access = access
        self._bucket = Bucket(_RATE, _BURST, clock, sleep)

    async def pages(self, path: str, **params: object) -> AsyncIterator[list[Node]]:
        """The rows of a list, page by page; ChannelError."""
        number = 1
        while True:
            part = await self.page(path, number, **params)
            yield part.rows
            if not part.more:
                return
            number += 1

    async def page(self, path: str, number: int, **params: object) -> Part:
        """One page of a list; ChannelError."""
        query = urlencode({**params, "per_page": PER_PAGE, "page": number})
        answer = await self._send("GET", f"{path}?{query}")
        found = _read(self._http, answer)
        if not isinstance(found, list):
            raise ChannelError(CHANNEL, "its answer is not a list")
        total = answer.headers.get("x-wp-totalpages", "")
        more = number < int(total) if total.isdecimal() else len(found) == PER_PAGE
        return Part([table(row) for row in found], more and bool(found), _time_of(answer))

    async def one(self, path: str, **params: object) -> tuple[Node, float | None] | None:
        """One thing, and the shop's own time; None when the shop says that it has no such thing. ChannelError."""
        answer = await self._send("GET", f"{path}?{urlencode(params)}")
        refusal = _refusal(answer)
        if refusal is not None and refusal.is_unknown:
            return None
        return table(_read(self._http, answer)), _time_of(answer)

    async def change(self, method: str, path: str, body: Node, *, again: bool = True) -> Node | Refusal:
        """What became of a change, or why the shop refuses it; ChannelError. `again`: doing it twice is harmless."""
        answer = await self._send(method, path, orjson.dumps(body), again=again)
        refusal = _refusal(answer)
        return table(_read(self._http, answer)) if refusal is None else refusal

    async def _send(self, method: str, path: str, content: bytes = b"", *, again: bool = True) -> httpx2.Response:
        await self._bucket.take()
        headers = {"authorization": self._access.authorization, "accept": "application/json"}
        if content:
            headers["content-type"] = "application/json"
        return await self._http.send(method, f"{self._access.base}{path}", headers, content, again=again)


def refusal_of(row: Node) -> Refusal | None:
    """Why a row of a batch was refused, None when it was not."""
    error = row.get("error")
    return _as_refusal(table(error), 0) if isinstance(error, dict) else None


def _refusal(answer: httpx2.Response) -> Refusal | None:
    """A 400 or 404 that WooCommerce itself gave; whoever else stands in between proves nothing with one."""
    if answer.status_code not in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
        return None
    try:
        said = table(orjson.loads(answer.content))
    except orjson.JSONDecodeError:
        return None
    code = str(said.get("code"))
    return _as_refusal(said, answer.status_code) if code.startswith((_OURS, "rest_invalid_")) else None


def _as_refusal(said: Node, status: int) -> Refusal:
    given = table(said.get("data")).get("status")
    code = read_text(said.get("code"), 100)
    return Refusal(given if isinstance(given, int) else status, code, read_text(said.get("message"), 200))


def _read(http: Http, answer: httpx2.Response) -> object:
    if answer.is_redirect:
        host = read_text(urlsplit(answer.headers.get("location", "")).hostname, 100) or "another address"
        raise ChannelError(CHANNEL, f"it redirects us to {host}: set WOOCOMMERCE_URL to where the shop really is")
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise ChannelError(CHANNEL, _NO_API)
    if not answer.is_success:
        raise http.failure(answer)
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        raise ChannelError(CHANNEL, "its answer is not JSON: is WOOCOMMERCE_URL the shop's own address?") from None


def _time_of(answer: httpx2.Response) -> float | None:
    try:
        return parsedate_to_datetime(answer.headers.get_list("date")[-1]).timestamp()
    except (IndexError, ValueError, TypeError):
        return None


def cells(value: object) -> list[Node]:
    """The objects of a list."""
    return [table(row) for row in rows(value)]
