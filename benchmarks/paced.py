"""A load at a steady pace: so many requests a second, whatever the answers take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from benchmarks.load import Figures

PATIENCE = 60.0
_CONNECTIONS = 16


async def send_paced(port: int, requests: Sequence[bytes], per_second: float) -> Figures:
    """Send the requests to 127.0.0.1, one every 1/`per_second` s over a few kept connections; TimeoutError."""
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

    async with asyncio.timeout(PATIENCE + len(requests) / per_second), AsyncExitStack() as stack:
        for _ in range(min(_CONNECTIONS, len(requests))):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            stack.callback(asyncio.create_task(work(reader, writer)).cancel)
        for number, request in enumerate(requests):
            await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            waiting.put_nowait(request)
        await waiting.join()
    return Figures(good, len(requests) - good, time.perf_counter() - started, sorted(latencies))


async def read_status(reader: asyncio.StreamReader) -> bytes:
    """The status of one answer, which is read to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0)
    await reader.readexactly(length)
    return head[9:12]
