"""Futures of those who wait for a look at a SKU or for a channel to be told, resolved all at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence

_log = logging.getLogger(__name__)


async def when_told(
    told: Sequence[asyncio.Future[None]], checked: BaseException | None, waiting: Sequence[asyncio.Future[None]]
) -> None:
    """Resolve those who wait once every channel is told or owed, with the first error of these and of the check."""
    results = await asyncio.gather(*told, return_exceptions=True)
    resolve(waiting, next((result for result in (checked, *results) if result is not None), None))


def resolve(waiting: Iterable[asyncio.Future[None]], error: BaseException | None) -> None:
    """Let go of everybody who waits still, with the error if there is one."""
    for future in waiting:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
            future.exception()  # whoever waited may be gone, and it is in the log


def raise_first(results: Sequence[BaseException | None]) -> None:
    """Raise the first error among the results."""
    for result in results:
        if result is not None:
            raise result


def heard(future: asyncio.Future[None]) -> None:
    """Take note of how a look ended that nobody waits for."""
    if not future.cancelled() and future.exception() is not None:
        _log.info("a second look is put off: %s", future.exception())
