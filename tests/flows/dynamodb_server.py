"""DynamoDB as MiniStack speaks it, served on a port of this machine by a process of its own; nothing is kept."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from ministack.services import dynamodb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.core.programs import await_port, free_port, start


@contextmanager
def dynamodb_server() -> Iterator[Mapping[str, str]]:
    """The variables that name a fresh prefix on a running server."""
    port = free_port()
    process = start([sys.executable, "-m", "tests.flows.dynamodb_server", str(port)])
    try:
        await_port(port)
        yield {
            "SYNCSTATE_STORE": "dynamodb",
            "SYNCSTATE_TABLE_PREFIX": f"T{uuid.uuid4().hex[:8]}-",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
    finally:
        process.kill()
        process.wait()


async def answer(request: Request) -> Response:
    """One request to the engine, which answers it whole before the next."""
    body = await request.body()
    status, headers, data = await dynamodb.handle_request("POST", "/", dict(request.headers), body, {})
    return Response(data, status, headers)


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/", answer, methods=["POST"])]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="error",
    )
