"""How soon the server is ready and how much it then holds, beside a process that only imports the same libraries."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.children import Child, running
from benchmarks.orders import SECRET
from benchmarks.rounds import Effort, interleave, ratio
from benchmarks.table import Row, at_most

LABEL = "Start"
_IDLE = 1.0
_SECRET = {"SHOPIFY_WEBHOOK_SECRET": SECRET}


@dataclass(frozen=True, slots=True)
class _Start:
    seconds: float
    megabytes: float


def measure(effort: Effort) -> list[Row]:
    """Two rows: ready time and idle memory."""
    folder = effort.folder / "start"
    names = _list_modules(folder)
    numbers = count()
    found = interleave(
        LABEL,
        effort.rounds,
        {
            "serve": lambda: _serve(folder / f"serve-{next(numbers)}"),
            "import": lambda: _import(folder / f"import-{next(numbers)}", names),
        },
    )
    seconds = {kind: [each.seconds for each in starts] for kind, starts in found.items()}
    memory = {kind: [each.megabytes for each in starts] for kind, starts in found.items()}
    longer, more = ratio(seconds["serve"], seconds["import"]), ratio(memory["serve"], memory["import"])
    ready = f"{median(seconds['serve']):.2f} s = {longer:.2f} times {median(seconds['import']):.2f} s"
    idle = f"{median(memory['serve']):.0f} MB = {more:.2f} times {median(memory['import']):.0f} MB"
    return [
        at_most("from start to ready, on SQLite", ready, longer, 1.5, "times importing its libraries"),
        at_most("resident memory when idle", idle, more, 1.3, "times importing its libraries"),
    ]


def _serve(folder: Path) -> _Start:
    with running(folder, "cli", "serve", env=_SECRET) as child:
        return _weighed(child, child.await_answer("/readyz"))


def _import(folder: Path, names: Path) -> _Start:
    with running(folder, "benchmarks.imports", str(names)) as child:
        return _weighed(child, child.await_word())


def _weighed(child: Child, seconds: float) -> _Start:
    time.sleep(_IDLE)
    return _Start(seconds, child.resident())


def _list_modules(folder: Path) -> Path:
    with running(folder / "modules", "benchmarks.modules", env=_SECRET) as child:
        child.await_answer("/readyz")
    # It tells them when it is stopped; a log line has spaces, a name has none.
    names = folder / "names"
    names.write_text("\n".join(line for line in child.said().splitlines() if " " not in line))
    return names
