"""The reconcile of a large catalogue: how long it takes, and how little memory each listing costs."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path

import orjson

from benchmarks.children import finished, running
from benchmarks.goods import STOCK
from benchmarks.rounds import Effort
from benchmarks.shelf import EDITED_EVERY
from benchmarks.table import Row, at_most

_MANY, _FEW = 50_000, 5_000
_MOST_BYTES = 400.0
_PATIENCE = 900.0
_QUICK_ROUNDS = 2
_CHANNELS = ("shopify", "amazon", "woocommerce")


def measure(effort: Effort) -> list[Row]:
    """Two rows for each channel, on Linux; a few listings drown in noise, so only many have an aim.

    AssertionError where one was overlooked or an edit was not found.
    """
    if not sys.platform.startswith("linux"):
        return []
    few, many = (_FEW // 5, _FEW) if effort.rounds <= _QUICK_ROUNDS else (_FEW, _MANY)
    return [row for channel in _CHANNELS for row in _rows(effort.folder / f"reconcile-{channel}", channel, few, many)]


def _rows(folder: Path, channel: str, few: int, many: int) -> list[Row]:
    small, large = (_reconcile(folder / str(count), channel, count) for count in (few, many))
    grown = (large["most"] - large["before"]) - (small["most"] - small["before"])
    each = max(0.0, grown) * 2**20 / (many - few)
    what = f"reconcile of {many:,} listings of {channel}"
    figure = f"{each:.0f} bytes; {large['most'] - large['before']:.0f} MB above idle, {grown:.0f} more than for {few:,}"
    memory = f"{what}: memory of each"
    return [
        Row(what, f"{large['seconds']:.0f} s; {large['differ']:.0f} edits found and put right"),
        at_most(memory, figure, each, _MOST_BYTES, "bytes") if many == _MANY else Row(memory, figure),
    ]


def _reconcile(folder: Path, channel: str, count: int) -> dict[str, float]:
    with running(folder / "shelf", "benchmarks.shelf", channel, str(count), str(STOCK)) as shelf:
        shelf.await_answer("/", http.client.NOT_FOUND)
        _finished(folder, "prepare", channel, str(count))
        said = _finished(folder, "run", channel, f"http://127.0.0.1:{shelf.port}")
    found: dict[str, float] = orjson.loads(said.splitlines()[-1])
    assert (found["looked"], found["differ"]) == (count, count // EDITED_EVERY), f"{channel}: {found}"
    return found


def _finished(folder: Path, *arguments: str) -> str:
    return finished(folder / "instance", "benchmarks.reconciling", *arguments, within=_PATIENCE)
