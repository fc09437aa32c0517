"""From a table of operations to routes: who may call what, which handler answers, and what goes in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.datastructures import QueryParams
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from core.service import Service
from webhooks.access import authorise
from webhooks.answers import send_answer
from webhooks.api.call import Call, Handler
from webhooks.gate import Gate, in_time
from webhooks.requests import read_body, read_headers
from webhooks.tokens import ApiToken, Role

ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. `gives`, `takes` and `params` name what webhooks.openapi describes."""

    method: str
    path: str
    role: Role
    handler: Handler
    gives: str
    takes: str = ""
    params: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What it does, in the handler's own words."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Guard:
    """What every call passes before its handler: a free place, and a token that may."""

    service: Service
    tokens: Sequence[ApiToken]
    gate: Gate

    async def run(self, operation: Operation, scope: Scope, receive: Receive) -> Mapping[str, object]:
        """The handler's answer; raises what `webhooks.errors` maps."""
        with self.gate:
            return await in_time(self._run(operation, scope, receive), ANSWER_SECONDS)

    async def _run(self, operation: Operation, scope: Scope, receive: Receive) -> Mapping[str, object]:
        headers = read_headers(scope)
        actor = authorise(self.tokens, headers, operation.role)
        body = await read_body(headers, receive)
        call = Call(scope["path_params"], QueryParams(scope["query_string"]), headers, body, actor)
        return await operation.handler(self.service, call)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The ASGI app of one path."""

    operations: Mapping[str, Operation]
    guard: Guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request by its method."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        await send_answer(send, await self.guard.run(self.operations[method], scope, receive))


def api_routes(operations: Sequence[Operation], guard: Guard) -> list[Route]:
    """One route for each path of the table; the rows of one path stand together."""
    found = []
    for path, rows in groupby(operations, key=lambda row: row.path):
        by_method = {row.method: row for row in rows}
        found.append(Route(path, Endpoint(by_method, guard), methods=list(by_method)))
    return found
