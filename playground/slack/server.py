"""Serving a stand-in, or any ASGI app, on a free loopback port within the running event loop."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.slack.api import slack_app
from playground.slack.workspace import Workspace


@asynccontextmanager
async def serve(app: ASGIApp) -> AsyncIterator[str]:
    """The base URL of the app while the block runs; on leaving, requests still under way are cancelled."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(_dated(app), log_config=None, ws="none"))
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[listener])
        host, port = listener.getsockname()
        try:
            yield f"http://{host}:{port}"
        finally:
            await _stop(server)


@asynccontextmanager
async def serve_slack(workspace: Workspace) -> AsyncIterator[str]:
    """The base URL of the workspace's Web API, which ends in /api/; its response URLs lead there too."""
    async with serve(slack_app(workspace)) as url:
        workspace.base_url = url
        yield f"{url}/api/"


def _dated(app: ASGIApp) -> ASGIApp:
    """The app with a `Date` on every answer, which uvicorn would add only from its own loop."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"date", formatdate(usegmt=True).encode())]
            await send(message)

        await app(scope, receive, send_dated)

    return answer


async def _stop(server: uvicorn.Server) -> None:
    for each in server.servers:
        each.close()
    for task in server.server_state.tasks:
        task.cancel()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await server.lifespan.shutdown()
