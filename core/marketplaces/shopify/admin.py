"""Calls of the Admin API, each within what the shop's limit allows; source: Shopify's usage limits, version 2026-10."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Protocol

import httpx2
import orjson

from core.errors import ChannelError
from core.marketplaces.bodies import read_text, rows, table
from core.marketplaces.client import Http
from core.marketplaces.pace import Bucket
from core.marketplaces.shopify.order_queries import LIST_ORDERS, LIST_REFUNDS, READ_GOODS, READ_REFUNDS
from core.marketplaces.shopify.posted import CHANNEL
from core.marketplaces.shopify.queries import LIST_ITEMS

_TRIES = 5
_UNKNOWN_WAIT = 1.0
_FIRST_GUESS = (100.0, 1000.0)
_KEPT_FREE = 0.4
# What is read by the page, however long it takes: quantities that are to be set never wait behind it.
_LEISURELY = frozenset({LIST_ORDERS, LIST_ITEMS, LIST_REFUNDS, READ_REFUNDS, READ_GOODS})


class Keys(Protocol):
    """Where access tokens come from."""

    async def get(self) -> str:
        """A token to use now."""

    def forget(self, text: str) -> None:
        """The shop refused this token."""


class TooCostly(ChannelError):
    """The query asks for more at once than the shop allows; a smaller one may be allowed."""


class Admin:
    """One shop's GraphQL endpoint at `url`; `run` waits as long as the shop's own figures say it must."""

    def __init__(
        self,
        http: Http,
        url: str,
        keys: Keys,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._http = http
        self._url = url
        self._keys = keys
        self._bucket = Bucket(*_FIRST_GUESS, clock, sleep)
        self._costs: dict[str, float] = {}

    async def run(self, document: str, variables: Mapping[str, object]) -> Mapping[str, object]:
        """The answer's `data`; ChannelError for any error, and when the shop keeps throttling. TooCostly."""
        body = orjson.dumps({"query": document, "variables": variables})
        for _ in range(_TRIES):
            await self._take(document)
            answer = await self._post(body)
            errors = [table(error) for error in rows(answer.get("errors"))]
            throttled = any(_code(error) == "THROTTLED" for error in errors)
            self._learn(document, table(table(answer.get("extensions")).get("cost")), throttled=throttled)
            if not throttled:
                return _data(answer, errors)
        raise ChannelError(CHANNEL, "it keeps asking for fewer requests", _UNKNOWN_WAIT)

    async def _take(self, document: str) -> None:
        cost = self._costs.get(document, 0.0)
        if document in _LEISURELY:
            await self._bucket.take_spare(cost, _KEPT_FREE)
        else:
            await self._bucket.take(cost)

    async def _post(self, body: bytes) -> Mapping[str, object]:
        token = await self._keys.get()
        answer = await self._send(token, body)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self._keys.forget(token)
            token, refused = await self._keys.get(), token
            answer = answer if token == refused else await self._send(token, body)
        return self._http.read(answer)

    async def _send(self, token: str, body: bytes) -> httpx2.Response:
        headers = {"x-shopify-access-token": token, "content-type": "application/json"}
        return await self._http.send("POST", self._url, headers, body)

    def _learn(self, document: str, cost: Mapping[str, object], *, throttled: bool) -> None:
        status = table(cost.get("throttleStatus"))
        asked, left = _number(cost.get("requestedQueryCost")), _number(status.get("currentlyAvailable"))
        if asked is not None:
            self._costs[document] = asked
        rate, burst = _number(status.get("restoreRate")), _number(status.get("maximumAvailable"))
        if left is not None and rate is not None and burst is not None:
            self._bucket.correct(left, rate, burst)
        if throttled and (asked is None or left is None or left >= asked):
            self._bucket.hold(_UNKNOWN_WAIT)


def _data(answer: Mapping[str, object], errors: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    data = answer.get("data")
    if not errors and not answer.get("errors") and isinstance(data, dict):
        return data
    said = "; ".join(read_text(error.get("message"), 200) for error in errors) or read_text(answer.get("errors"), 200)
    kind = TooCostly if any(_code(error) == "MAX_COST_EXCEEDED" for error in errors) else ChannelError
    raise kind(CHANNEL, f"it refused the call: {said or 'no reason given'}")


def _code(error: Mapping[str, object]) -> object:
    return table(error.get("extensions")).get("code")


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
