"""Whether anything waits for the store: `/healthz` is asked while the store hangs with orders inside."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from statistics import median

from benchmarks.children import Child
from benchmarks.load import Figures, feel_pulse, send
from benchmarks.orders import Batch, spread
from benchmarks.rounds import Effort, interleave
from benchmarks.sales import CONNECTIONS, check, fill, finish
from benchmarks.servers import ministack, on_hand, syncstate
from benchmarks.table import Row, at_most

LABEL = "Store hangs"
_HANG = 1.2


def measure(effort: Effort) -> list[Row]:
    """One row for each store."""
    with (
        syncstate(effort.folder / "stalled") as on_file,
        ministack(effort.folder / "stalled-ministack") as (tables, endpoint),
        syncstate(effort.folder / "stalled-dynamodb", endpoint) as on_tables,
    ):
        fill(on_file)
        fill(on_tables)
        path = on_file.folder / "data" / "syncstate.db"
        found = interleave(
            LABEL,
            effort.rounds,
            {
                "SQLite": lambda: _hang(on_file, _locked(path)),
                "DynamoDB": lambda: _hang(on_tables, tables.frozen()),
            },
        )
    return [
        at_most(
            f"slowest /healthz while {store} hangs {_HANG:g} s",
            f"{median(slowest):.1f} ms (rounds: {min(slowest):.1f} to {max(slowest):.1f})",
            median(slowest),
            50,
            "ms",
        )
        for store, slowest in found.items()
    ]


def _hang(server: Child, hanging: AbstractContextManager[None]) -> float:
    """The slowest pulse in milliseconds; the orders that hung are all stored afterwards."""
    before, batch = on_hand(server), spread(CONNECTIONS)
    slowest = finish(_pulse(server, batch, hanging))
    check(before, batch, on_hand(server))
    return slowest


async def _pulse(server: Child, batch: Batch, hanging: AbstractContextManager[None]) -> float:
    with hanging:
        orders = asyncio.create_task(send(server.port, batch.requests, CONNECTIONS))
        pulse = await feel_pulse(server.port, _HANG)
        assert not orders.done(), "the store did not hang"
    answered: Figures = await orders
    assert answered.good == len(batch.requests), "an order that hung was lost"
    return pulse.latency(1)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Every write to the data file waits, as it does while the disk is slow."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")
