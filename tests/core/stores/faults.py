"""What can go wrong between the store and DynamoDB, put between botocore and an engine; botocore's own code runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from tests.core.stores.engines import Engine, body_of, respond

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PREFIX = "com.amazonaws.dynamodb.v20120810#"
Fault = Callable[["Request"], AWSResponse | None]


@dataclass(frozen=True, slots=True)
class Request:
    """One request on its way to the engine."""

    operation: str
    body: dict[str, Any]
    raw: AWSPreparedRequest
    engine: Engine

    @property
    def keys(self) -> list[str]:
        """The keys of the rows that a transaction writes to Transactions."""
        writes = self.body.get("TransactItems", [])
        updates = [item.get("Update", {}).get("Key") or item.get("Put", {}).get("Item", {}) for item in writes]
        return [key["txId"]["S"] for key in updates if "txId" in key]


@dataclass(slots=True)
class Wire:
    """A line to the engine on which the next requests of an operation meet the faults planned for it."""

    engine: Engine
    seen: list[Request] = field(default_factory=list)
    _planned: list[tuple[str, Fault]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self) -> DynamoDBClient:
        """A client on this line."""
        return self.engine.connect(self._pass)

    def plan(self, operation: str, *faults: Fault) -> None:
        """Let the next requests of the operation meet these, one each."""
        self._planned += [(operation, fault) for fault in faults]

    def requests(self, operation: str) -> list[Request]:
        """Those that were made so far, in order."""
        return [request for request in self.seen if request.operation == operation]

    def _pass(self, request: AWSPreparedRequest) -> AWSResponse:
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else str(target)).partition(".")[2]
        made = Request(operation, json.loads(body_of(request)), request, self.engine)
        with self._lock:
            self.seen.append(made)
            fault = self._next(operation)
        failed = fault(made) if fault is not None else None
        return failed if failed is not None else self.engine.serve(request)

    def _next(self, operation: str) -> Fault | None:
        for planned in self._planned:
            if planned[0] == operation:
                self._planned.remove(planned)
                return planned[1]
        return None


def error(code: str, status: int = 400) -> Fault:
    """DynamoDB refuses the request and does nothing."""
    return lambda request: _answer(request, {"__type": _PREFIX + code, "message": code}, status)


def cancelled(*codes: str) -> Fault:
    """DynamoDB cancels the transaction; its first items have these reasons, the others none."""

    def fault(request: Request) -> AWSResponse:
        padded = [*codes, *["None"] * len(request.body["TransactItems"])][: len(request.body["TransactItems"])]
        reasons = [{"Code": code, "Message": code} if code != "None" else {"Code": code} for code in padded]
        kind = {"__type": _PREFIX + "TransactionCanceledException", "Message": f"cancelled [{', '.join(padded)}]"}
        return _answer(request, {**kind, "CancellationReasons": reasons}, 400)

    return fault


def when(key: str, fault: Fault) -> Fault:
    """The fault meets only a transaction that writes the row of this key."""
    return lambda request: fault(request) if key in request.keys else None


def lose_reply(request: Request) -> AWSResponse:
    """DynamoDB does what it is asked, and the connection breaks before it can say so."""
    request.engine.serve(request.raw)
    raise ConnectionClosedError(endpoint_url=request.raw.url)


def lose_request(request: Request) -> AWSResponse:
    """The connection breaks before DynamoDB hears of it."""
    raise ConnectionClosedError(endpoint_url=request.raw.url)


def hang(until: threading.Event) -> Fault:
    """No answer comes until then, and then none."""

    def fault(request: Request) -> AWSResponse:
        until.wait(30)
        raise ReadTimeoutError(endpoint_url=request.raw.url)

    return fault


def leave_undone(request: Request) -> AWSResponse:
    """DynamoDB hands the whole batch back for another try."""
    items = request.body["RequestItems"]
    if request.operation == "BatchGetItem":
        return _answer(request, {"Responses": {}, "UnprocessedKeys": items}, 200)
    return _answer(request, {"UnprocessedItems": items}, 200)


def _answer(request: Request, body: dict[str, Any], status: int) -> AWSResponse:
    return respond(request.raw, (status, {"content-type": "application/x-amz-json-1.0"}, json.dumps(body).encode()))
