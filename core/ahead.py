"""Pages worked at before those in front of them are done, but never too many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST = 130  # of 200 SKUs each: a little more than the largest piece that a channel takes


async def work_ahead(
    pages: AsyncIterator[Sequence[str]], work: Callable[[Sequence[str]], Awaitable[T]], most: int = MOST
) -> AsyncGenerator[T, None]:
    """What the work on each page comes to, in the order in which it is done; so a channel can take large pieces.

    Whoever stops early closes this, and what is under way is broken off.
    """
    ahead: set[asyncio.Future[T]] = set()
    try:
        async for page in pages:
            ahead.add(asyncio.ensure_future(work(page)))
            while len(ahead) >= most:
                done, ahead = await asyncio.wait(ahead, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    yield each.result()
        for last in asyncio.as_completed(tuple(ahead)):
            yield await last
    finally:
        for each in ahead:
            each.cancel()
