"""Selling against a server: a load whose every order must be in the stock afterwards, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import uvloop

from benchmarks.children import Child
from benchmarks.load import Figures, send
from benchmarks.orders import SKUS, Batch, as_request
from benchmarks.servers import AUTHORISED, on_hand

T = TypeVar("T")
CONNECTIONS = 64
START = 1_000_000
Read = Callable[[Child], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Sale:
    """What a batch came to, and the processor seconds that the server spent on it and on what followed from it."""

    figures: Figures
    cpu: float

    @property
    def per_cpu_second(self) -> float:
        """Orders a processor second."""
        return self.figures.good / self.cpu


def fill(server: Child) -> None:
    """Set the stock of every SKU."""
    body = b'{"physical": %d}' % START
    requests = [as_request("PUT", f"/api/inventory/{sku}", AUTHORISED, body) for sku in SKUS]
    assert finish(send(server.port, requests, CONNECTIONS)).good == len(SKUS), "the stock could not be set"


def sell(server: Child, batch: Batch, connections: int = CONNECTIONS, read: Read = on_hand) -> Sale:
    """Send the batch; every order is answered 200 and the stock is what it was less what was sold."""
    before = read(server)
    sale = post(server, batch, connections)
    check(before, batch, read(server))
    return sale


def post(server: Child, batch: Batch, connections: int = CONNECTIONS) -> Sale:
    """Send the batch to a server that has no stock; every order is answered 200."""
    spent = server.cpu_seconds()
    figures = finish(send(server.port, batch.requests, connections))
    assert figures.good == len(batch.requests), f"{len(batch.requests) - figures.good} orders were not answered 200"
    return Sale(figures, server.cpu_seconds() - spent)


def check(before: Mapping[str, int], batch: Batch, after: Mapping[str, int]) -> None:
    """The stock is exactly what it was less what was sold."""
    wrong = [sku for sku in before if before[sku] - batch.sold.get(sku, 0) != after.get(sku)]
    assert not wrong, f"the stock of {len(wrong)} SKUs is wrong, such as {wrong[0]}"


def finish(work: Coroutine[Any, Any, T]) -> T:
    """What the work comes to, on an event loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
