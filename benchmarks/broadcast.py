"""The first broadcast of a large catalogue to each channel: how long it takes and how much memory."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path

import orjson

from benchmarks.children import finished, running
from benchmarks.rounds import Effort
from benchmarks.table import Row, at_most

_MANY, _FEW = 100_000, 5_000
_ONE_BY_ONE = 5.0
_MOST_MEGABYTES = 400.0
_PATIENCE = 1_200.0
_QUICK_ROUNDS = 2
_CHANNELS = ("shopify", "amazon", "woocommerce")


def measure(effort: Effort) -> list[Row]:
    """Two rows for each channel, on Linux: time and memory. The stand-ins keep their limits, and Amazon's own work on
    a feed takes no time here.
    """
    if not sys.platform.startswith("linux"):
        return []
    count = _FEW if effort.rounds <= _QUICK_ROUNDS else _MANY
    return [row for channel in _CHANNELS for row in _rows(effort.folder / f"broadcast-{channel}", channel, count)]


def _rows(folder: Path, channel: str, count: int) -> list[Row]:
    found = _broadcast(folder, channel, count)
    assert found["told"] == count, f"{channel}: not all of it was told"
    what, more = f"first broadcast of {count:,} SKUs to {channel}", found["most"] - found["before"]
    memory = at_most(f"{what}: memory", f"{more:.0f} MB above idle", more, _MOST_MEGABYTES, "MB")
    if channel != "amazon":
        return [Row(what, f"{found['seconds']:.0f} s"), memory]
    slow = count / _ONE_BY_ONE
    figure = f"{found['seconds']:.0f} s; one by one {slow:,.0f} s"
    return [at_most(what, figure, found["seconds"] / slow, 0.2, "of the time one by one"), memory]


def _broadcast(folder: Path, channel: str, count: int) -> dict[str, float]:
    with running(folder / "shelf", "benchmarks.shelf", channel, str(count), "0") as shelf:
        shelf.await_answer("/", http.client.NOT_FOUND)
        url = f"http://127.0.0.1:{shelf.port}"
        said = finished(folder / "broadcaster", "benchmarks.broadcaster", channel, url, str(count), within=_PATIENCE)
    found: dict[str, float] = orjson.loads(said.splitlines()[-1])
    return found
