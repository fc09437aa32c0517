"""A bounded load on loopback: prepared requests over kept connections, each answered before the next is sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from benchmarks.orders import as_request

PATIENCE = 90.0
_HEAD_END = b"\r\n\r\n"
_PULSE = as_request("GET", "/healthz", {})


@dataclass(frozen=True, slots=True)
class Figures:
    """What a load came to: requests answered 200, others, seconds in all, and the latencies in seconds, sorted."""

    good: int
    bad: int
    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Requests answered 200 a second."""
        return self.good / self.seconds

    def latency(self, share: float) -> float:
        """The latency in milliseconds that `share` of the requests stayed under."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))] * 1000


@dataclass(slots=True)
class _Load:
    requests: Iterable[bytes]
    open: int
    done: asyncio.Future[None]
    good: int = 0
    bad: int = 0
    latencies: list[float] = field(default_factory=list)

    def take(self) -> bytes | None:
        return next(iter(self.requests), None)

    def answered(self, *, good: bool, seconds: float) -> None:
        self.good, self.bad = self.good + good, self.bad + (not good)
        self.latencies.append(seconds)

    def gone(self) -> None:
        self.open -= 1
        if self.open == 0 and not self.done.done():
            self.done.set_result(None)


class _Sender(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self._load = load
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(_HEAD_END)
        if self._transport is None or not end or len(body) < _length(head):
            return
        self._buffer = b""
        self._load.answered(good=head.startswith(b"HTTP/1.1 200"), seconds=time.perf_counter() - self._sent)
        self._next(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.gone()

    def _next(self, transport: asyncio.Transport) -> None:
        request = self._load.take()
        if request is None:
            transport.close()
            return
        self._sent = time.perf_counter()
        transport.write(request)


async def send(port: int, requests: Sequence[bytes], connections: int) -> Figures:
    """Send every request once over so many connections to 127.0.0.1; TimeoutError after a minute and a half."""
    loop = asyncio.get_running_loop()
    load = _Load(iter(requests), connections, loop.create_future())
    started = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        for _ in range(connections):
            await loop.create_connection(lambda: _Sender(load), "127.0.0.1", port)
        await load.done
    return Figures(load.good, load.bad, time.perf_counter() - started, sorted(load.latencies))


async def feel_pulse(port: int, seconds: float) -> Figures:
    """Ask for `/healthz` every few milliseconds for so long, each time over a fresh connection."""
    end = time.perf_counter() + seconds
    latencies: list[float] = []
    while time.perf_counter() < end:
        beat = await send(port, [_PULSE], 1)
        assert beat.good == 1, "/healthz does not answer 200"
        latencies += beat.latencies
        await asyncio.sleep(0.003)
    return Figures(len(latencies), 0, seconds, sorted(latencies))


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0
