"""Blocking calls in threads that hold up nobody's end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[[], T]) -> T:
    """What the call returns or raises, made in a thread of its own that the end of the program does not wait for."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - handed to whoever awaits it
            _post(loop, _tell, future, error)
        else:
            _post(loop, _tell, future, result)

    threading.Thread(target=work, name="amazon-queue", daemon=True).start()
    return await future


def _tell(future: asyncio.Future[T], outcome: T | Exception) -> None:
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _post(
    loop: asyncio.AbstractEventLoop,
    tell: Callable[[asyncio.Future[T], T | Exception], None],
    future: asyncio.Future[T],
    outcome: T | Exception,
) -> None:
    try:
        loop.call_soon_threadsafe(tell, future, outcome)
    except RuntimeError:
        # The loop is closed: nobody waits any more.
        return
