"""The HTTP server around the app: one process, quiet logs, an orderly end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
import uvloop
from starlette.applications import Starlette

# Together less than the 10 s after which Docker kills. A webhook is answered within 4.2 s.
NOTICE_SECONDS = 2.0
_ANSWER_SECONDS = 5
# Longer than load balancers keep a connection (60 s): the one that sends must be the one that closes.
_KEPT_SECONDS = 75
_LAST_SECONDS = 9.5
_log = logging.getLogger("syncstate")


def set_up_logging() -> None:
    """Our own log lines, and of others only what is wrong: theirs carry addresses and bodies."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for ours in ("syncstate", "bot", "core", "webhooks"):
        logging.getLogger(ours).setLevel(logging.INFO)


def serve(app: Starlette, listener: socket.socket, draining: asyncio.Event) -> None:
    """Serve the app on the socket until SIGINT or SIGTERM, which set `draining`; out within 10 s of it.

    After SIGTERM requests are still taken for 2 s, so that whoever asks `/readyz` can send them elsewhere. Then what
    is in flight is answered, and what was opened around the app is closed.
    """
    config = uvicorn.Config(
        app,
        loop="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_ANSWER_SECONDS,
        timeout_keep_alive=_KEPT_SECONDS,
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
        """Ask the server to stop on SIGINT and, after its notice, on SIGTERM; a second one does not wait."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end, number)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _end(self, number: int) -> None:
        if self._draining.is_set() or number == signal.SIGINT:
            self.handle_exit(number, None)
        else:
            asyncio.get_running_loop().call_later(NOTICE_SECONDS, self.handle_exit, number, None)
        if not self._draining.is_set():
            self._draining.set()
            _watch_the_end()


def _watch_the_end() -> None:
    """End the process after its last second, whatever hangs: all that matters is in the store."""
    watchdog = threading.Timer(_LAST_SECONDS, _give_up)
    watchdog.daemon = True
    watchdog.start()


def _give_up() -> None:
    _log.warning("not all was closed in time; what is left is marked in the store and done by the next instance")
    os._exit(0)
