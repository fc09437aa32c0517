"""DynamoDB as three programs speak it: MiniStack and moto in this process, Amazon's DynamoDB Local beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session
from ministack.services import dynamodb
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from core.stores.dynamodb import connect
from tests.core.stores.dynamodb_local import MissingError, dynamodb_local

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REGION = "us-east-1"
_NOWHERE = "http://127.0.0.1:9"
THREADS = 8
Answer = tuple[int, Mapping[str, str], bytes]
_Raw = tuple[int, Mapping[str, str], bytes | str]
Serve = Callable[[AWSPreparedRequest], Answer]
Line = Callable[[AWSPreparedRequest], AWSResponse]


@dataclass(frozen=True, slots=True)
class Engine:
    """A program that answers as DynamoDB does, in this process unless it has an endpoint.

    `serve` hands it one request of botocore's.
    """

    name: str
    serve: Line
    endpoint: str = ""

    def connect(self, line: Line | None = None) -> DynamoDBClient:
        """A client of it; every request passes through the line, where there is one."""
        made = connect(REGION, self.endpoint or _NOWHERE, THREADS)
        send = line or (None if self.endpoint else self.serve)
        if send is not None:
            reply = _as_hook(send)
            made.meta.events.register("before-send.dynamodb", reply)  # type: ignore[arg-type] # what it returns counts
        return made


class _Body(BytesIO):
    """A reply's body as botocore reads it off a connection."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def respond(request: AWSPreparedRequest, answer: Answer) -> AWSResponse:
    """The answer as botocore would have it off the network."""
    status, headers, body = answer
    return AWSResponse(request.url, status, HTTPHeaders.from_dict(dict(headers)), _Body(body))


def in_process(name: str, serve: Serve) -> Engine:
    """An engine of this process: one request at a time, and nothing goes over the network."""
    lock = threading.Lock()

    def answer(request: AWSPreparedRequest) -> AWSResponse:
        with lock:
            return respond(request, serve(request))

    return Engine(name, answer)


def ministack() -> Engine:
    """MiniStack, which meters capacity as AWS does."""

    def serve(request: AWSPreparedRequest) -> Answer:
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        status, answered, body = _finish(dynamodb.handle_request("POST", "/", headers, body_of(request), {}))
        return status, answered, body if isinstance(body, bytes) else body.encode()

    return in_process("ministack", serve)


def moto() -> Engine:
    """The moto library, which is not safe under threads and knows no request tokens."""
    web = Client(DomainDispatcherApplication(create_backend_app))

    def serve(request: AWSPreparedRequest) -> Answer:
        headers = {name: _text(value) for name, value in request.headers.items()}
        reply = web.post("/", headers=headers, data=body_of(request))
        return reply.status_code, dict(reply.headers), reply.get_data()

    return in_process("moto", serve)


class Engines:
    """Starts each engine when it is first asked for, and keeps one client of each."""

    def __init__(self, running: ExitStack) -> None:
        self._running = running
        self._started: dict[str, Engine | MissingError] = {}
        self._clients: dict[str, DynamoDBClient] = {}

    def get(self, name: str) -> Engine:
        """The engine, running; the test is skipped where it cannot be had."""
        if name not in self._started:
            self._started[name] = self._start(name)
        found = self._started[name]
        if isinstance(found, MissingError):
            pytest.skip(f"DynamoDB Local: {found}")
        return found

    def client(self, name: str) -> DynamoDBClient:
        """The engine's client."""
        if name not in self._clients:
            self._clients[name] = self.get(name).connect()
        return self._clients[name]

    def _start(self, name: str) -> Engine | MissingError:
        if name in _IN_PROCESS:
            return _IN_PROCESS[name]()
        try:
            port = self._running.enter_context(dynamodb_local())
        except MissingError as error:
            return error
        return Engine("local", URLLib3Session(max_pool_connections=THREADS).send, f"http://127.0.0.1:{port}")


_IN_PROCESS = {"ministack": ministack, "moto": moto}


def _as_hook(send: Line) -> Callable[..., AWSResponse]:
    def hook(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        return send(request)

    return hook


def _finish(coroutine: Coroutine[Any, Any, _Raw]) -> _Raw:
    try:
        coroutine.send(None)
    except StopIteration as done:
        raw: _Raw = done.value
        return raw
    raise AssertionError("the engine waits for something")


def body_of(request: AWSPreparedRequest) -> bytes:
    """The body that would be sent."""
    body = request.body
    return body if isinstance(body, bytes) else str(body).encode()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
