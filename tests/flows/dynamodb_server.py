"""DynamoDB as MiniStack speaks it, served on a port of this machine by a process of its own; nothing is kept."""

from __future__ import annotations

import sys

import uvicorn
from ministack.services import dynamodb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


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
