"""Serving an app on a loopback socket: quiet, and gone soon after it is told to stop."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from settings import SettingsError

HOST = "127.0.0.1"
_BACKLOG = 512
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(port: int) -> socket.socket:
    """A loopback socket that callers may connect to already; SettingsError when the port cannot be had."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        why = error.strerror or "it cannot be had"
        raise SettingsError(
            "PORT", f"{port} cannot be used ({why.lower()}); choose another, as in PORT={port + 1}"
        ) from error
    return listener


@contextmanager
def reserved() -> Iterator[int]:
    """A free loopback port that is nobody's but ours while the block runs: whoever it is told to can listen on it."""
    holder = socket.socket()
    with holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((HOST, 0))
        port: int = holder.getsockname()[1]
        if sys.platform != "linux":  # elsewhere a port that is bound cannot be listened on by another
            holder.close()
        yield port


class Server(uvicorn.Server):
    """Serves `app` until `should_exit`; then `leaving` is called first, and what is under way has 2 seconds."""

    def __init__(self, app: ASGIApp, leaving: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)
        self.ready = asyncio.Event()
        self._leaving = leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, without waiting for whoever only listens."""
        self._leaving()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Let Ctrl-C end the serving and nothing else, so that what follows it can be finished."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
