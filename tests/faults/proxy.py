"""The way between the instances and DynamoDB, on which requests are refused, lost, held up, or find nobody."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from tests.flows.instance import free_port

_PREFIX = "com.amazonaws.dynamodb.v20120810#"
_JSON = "application/x-amz-json-1.0"
COMMIT = "TransactWriteItems"


class Lost(Exception):
    """The connection breaks: before DynamoDB has heard of the request, or after it has done what was asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request on its way: the operation, its body, and how to have it answered by DynamoDB."""

    operation: str
    body: bytes
    serve: Callable[[], Awaitable[web.Response]]

    def written(self) -> list[str]:
        """The names of the tables that a transaction writes to, one for each of its items."""
        items = orjson.loads(self.body)["TransactItems"]
        return [str(action["TableName"]) for item in items for action in item.values()]


Fault = Callable[[Asked], Awaitable[web.Response | None]]


async def none(_: Asked) -> None:
    """Nothing goes wrong."""


@dataclass(slots=True)
class Proxy:
    """The way at `port`; `fault` decides about each request, and `struck` counts those that it hit."""

    port: int
    upstream: int
    fault: Fault = none
    struck: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    session: aiohttp.ClientSession | None = None
    runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        """Where instances find it."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Let connections in."""
        self.runner = web.ServerRunner(web.Server(self._answer), shutdown_timeout=0.0)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def close(self) -> None:
        """Be gone: nobody listens, and every connection breaks."""
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        try:
            body = await request.read()
        except ConnectionResetError:
            return web.Response(status=500)  # whoever asked has died meanwhile
        operation = request.headers.get("X-Amz-Target", "").partition(".")[2]
        self.seen[operation] += 1
        asked = Asked(operation, body, lambda: self._serve(request, body))
        if operation == COMMIT:
            self.items.update(table.partition("-")[2] for table in asked.written())
        try:
            refusal = await self.fault(asked)
        except Lost:
            self.struck["lost"] += 1
            if request.transport is not None:  # whoever asked may have died meanwhile
                request.transport.abort()
            return web.Response(status=500)
        if refusal is not None:
            self.struck[refusal.headers.get("X-Fault", "held")] += 1
        try:
            return refusal if refusal is not None else await self._serve(request, body)
        except aiohttp.ClientConnectionError:
            return web.Response(status=500)  # the tables are gone: the check is over

    async def _serve(self, request: web.BaseRequest, body: bytes) -> web.Response:
        assert self.session is not None
        keep = {
            name: value for name, value in request.headers.items() if name.lower() not in ("host", "content-length")
        }
        url = f"http://127.0.0.1:{self.upstream}/"
        async with self.session.post(url, data=body, headers=keep) as answer:
            data = await answer.read()
            headers = {name: answer.headers[name] for name in ("x-amz-crc32",) if name in answer.headers}
            return web.Response(body=data, status=answer.status, headers=headers, content_type=_JSON)


@asynccontextmanager
async def proxy(upstream: int) -> AsyncIterator[Proxy]:
    """A way to the DynamoDB at that port."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
        made = Proxy(free_port(), upstream, session=session)
        await made.open()
        try:
            yield made
        finally:
            await made.close()


def sometimes(rng: random.Random, share: float, *faults: Fault) -> Fault:
    """That share of the requests meets one of the faults."""

    async def fault(asked: Asked) -> web.Response | None:
        return await rng.choice(faults)(asked) if rng.random() < share else None

    return fault


def of(operation: str, fault: Fault) -> Fault:
    """The fault meets only that operation."""

    async def only(asked: Asked) -> web.Response | None:
        return await fault(asked) if asked.operation == operation else None

    return only


def error(code: str, status: int = 400) -> Fault:
    """DynamoDB refuses the request and does nothing."""

    async def fault(_: Asked) -> web.Response:
        return _refusal({"__type": _PREFIX + code, "message": code}, status, code)

    return fault


def cancelled(code: str) -> Fault:
    """DynamoDB cancels a transaction for that reason; it is a conflict of another request where there is none."""

    async def fault(asked: Asked) -> web.Response:
        if asked.operation != COMMIT:
            return await error("TransactionConflictException")(asked) or web.Response()
        number = len(orjson.loads(asked.body)["TransactItems"])
        reasons = [{"Code": code, "Message": code}, *[{"Code": "None"}] * (number - 1)]
        kind = {"__type": _PREFIX + "TransactionCanceledException", "Message": f"cancelled [{code}]"}
        return _refusal({**kind, "CancellationReasons": reasons}, 400, f"cancelled {code}")

    return fault


async def lose_reply(asked: Asked) -> web.Response:
    """DynamoDB does what it is asked, and the connection breaks before it can say so."""
    await asked.serve()
    raise Lost


async def lose_request(_: Asked) -> web.Response:
    """The connection breaks before DynamoDB hears of it."""
    raise Lost


def late(seconds: float) -> Fault:
    """The answer takes so much longer."""

    async def fault(asked: Asked) -> web.Response:
        await asyncio.sleep(seconds)
        return await asked.serve()

    return fault


def hang(seconds: float) -> Fault:
    """No answer comes for so long, and then none."""

    async def fault(_: Asked) -> web.Response:
        await asyncio.sleep(seconds)
        raise Lost

    return fault


TROUBLES: tuple[Fault, ...] = (
    error("ProvisionedThroughputExceededException"),
    error("ThrottlingException"),
    error("RequestLimitExceeded"),
    error("TransactionInProgressException"),
    error("TransactionConflictException"),
    error("InternalServerError", 500),
    cancelled("TransactionConflict"),
    cancelled("ThrottlingError"),
)
"""The eight ways in which a busy DynamoDB refuses."""


def _refusal(body: dict[str, Any], status: int, name: str) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type=_JSON, headers={"X-Fault": name})
