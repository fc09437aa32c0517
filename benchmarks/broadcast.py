"""The first broadcast of a large catalogue to Amazon: how long it takes and how much memory, beside one by one."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import orjson

from benchmarks.children import ChildError, running
from benchmarks.rounds import Effort
from benchmarks.table import Row, at_most

_MANY, _FEW = 100_000, 5_000
_ONE_BY_ONE = 5.0
_MOST_MEGABYTES = 400.0
_PATIENCE = 1_200.0
_QUICK_ROUNDS = 2


def measure(effort: Effort) -> list[Row]:
    """Two rows, on Linux: time and memory. Amazon's own processing of a feed takes no time here."""
    if not sys.platform.startswith("linux"):
        return []
    count = _FEW if effort.rounds <= _QUICK_ROUNDS else _MANY
    found = _broadcast(effort.folder / "broadcast", count)
    assert found["owed"] == 0, "not all of it was told"
    slow = count / _ONE_BY_ONE
    what = f"first broadcast of {count:,} SKUs to Amazon"
    figure = f"{found['seconds']:.0f} s; one by one {slow:,.0f} s"
    more = found["most"] - found["before"]
    return [
        at_most(what, figure, found["seconds"] / slow, 0.2, "of the time one by one"),
        at_most(f"{what}: memory", f"{more:.0f} MB above idle", more, _MOST_MEGABYTES, "MB"),
    ]


def _broadcast(folder: Path, count: int) -> dict[str, float]:
    with running(folder / "seller", "benchmarks.seller", str(count)) as seller:
        seller.await_answer("/auth/o2/token", 405)
        url = f"http://127.0.0.1:{seller.port}"
        with running(folder / "broadcaster", "benchmarks.broadcaster", url, str(count)) as child:
            until = time.monotonic() + _PATIENCE
            while child.process.poll() is None and time.monotonic() < until:
                time.sleep(0.2)
            if child.process.returncode != 0:
                raise ChildError(f"the broadcast did not end well: {child.said()[-2_000:]}")
            found: dict[str, float] = orjson.loads(child.said().splitlines()[-1])
            return found
