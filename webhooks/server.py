"""The HTTP server around the app: one process, quiet logs, an orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
import uvloop
from starlette.applications import Starlette

_log = logging.getLogger("syncstate")


def set_up_logging() -> None:
    """Our own log lines, and of others only what is wrong: theirs carry addresses and bodies."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for ours in ("syncstate", "bot", "core", "webhooks"):
        logging.getLogger(ours).setLevel(logging.INFO)


def serve(app: Starlette, listener: socket.socket, draining: asyncio.Event) -> None:
    """Serve the app on the socket until SIGINT or SIGTERM, which set `draining`."""
    config = uvicorn.Config(
        app,
        loop="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )

    async def work() -> None:
        async with app.router.lifespan_context(app):
            _log.info("listening on http://%s:%s", *listener.getsockname()[:2])
            await Server(config, draining).serve(sockets=[listener])

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work())


class Server(uvicorn.Server):
    """uvicorn's server, ending quietly on a signal, so that what was opened around it is closed in order."""

    def __init__(self, config: uvicorn.Config, draining: asyncio.Event) -> None:
        super().__init__(config)
        self._draining = draining

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ask the server to stop on SIGINT and SIGTERM; a second one does not wait."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end, number)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _end(self, number: int) -> None:
        self._draining.set()
        self.handle_exit(number, None)
