"""A load at a steady pace: so many requests a second, whatever the answers take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

from benchmarks.load import Figures

PATIENCE = 60.0
_CONNECTIONS = 16


async def send_paced(port: int, requests: Sequence[bytes], per_second: float) -> Figures:
    """Send the requests to 127.0.0.1, one every 1/`per_second` s over a few kept connections; TimeoutError."""
    return await send_as_made(port, requests, per_second, len(requests))


async def send_as_made(port: int, requests: Iterable[bytes], per_second: float, count: int) -> Figures:
    """The same for so many requests that are each made when its turn comes."""
    waiting: asyncio.Queue[bytes] = asyncio.Queue()
    latencies: list[float] = []
    good = 0
    started = time.perf_counter()

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal good
        while True:
            request = await waiting.get()
            sent = time.perf_counter()
            writer.write(request)
            status = await read_status(reader)
            good += status == b"200"
            latencies.append(time.perf_counter() - sent)
            waiting.task_done()

    async with asyncio.timeout(PATIENCE + count / per_second), AsyncExitStack() as stack:
        for _ in range(min(_CONNECTIONS, count)):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            stack.callback(asyncio.create_task(work(reader, writer)).cancel)
        made = iter(requests)
        for number in range(count):
            await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            waiting.put_nowait(next(made))
        await waiting.join()
    return Figures(good, count - good, time.perf_counter() - started, sorted(latencies))


async def read_status(reader: asyncio.StreamReader) -> bytes:
    """The status of one answer, which is read to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0)
    await reader.readexactly(length)
    return head[9:12]
