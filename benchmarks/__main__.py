"""`python -m benchmarks [NAME ...] [--quick]`: measure, then print one table."""

from __future__ import annotations

import logging
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from benchmarks import alone, broadcast, on_dynamodb, on_sqlite, reconcile, reorderings, slack, stalls, start, telling
from benchmarks.children import ChildError
from benchmarks.rounds import Effort
from benchmarks.table import Row, lines

MEASURES: Mapping[str, Callable[[Effort], list[Row]]] = {
    "sqlite": on_sqlite.measure,
    "dynamodb": on_dynamodb.measure,
    "start": start.measure,
    "stalls": stalls.measure,
    "alone": alone.measure,
    "slack": slack.measure,
    "telling": telling.measure,
    "reorderings": reorderings.measure,
    "broadcast": broadcast.measure,
    "reconcile": reconcile.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(MEASURES)))
@click.option("--quick", is_flag=True, help="Fewer and shorter rounds: about a minute, and more noise.")
def main(names: tuple[str, ...], *, quick: bool) -> None:
    """Measure SyncState beside its naive rivals; all of it, or only what is named.

    Ends with 1 when an order was lost or doubled, after what was measured until then; an aim that is missed is shown,
    no more.
    """
    signal.signal(signal.SIGTERM, _end)
    logging.getLogger("core").setLevel(logging.ERROR)  # what is put off is part of what is measured
    with tempfile.TemporaryDirectory(prefix="syncstate-bench-", dir=_disk()) as folder:
        effort = Effort(Path(folder), 2, 2_000) if quick else Effort(Path(folder), 5, 6_000)
        rows, failure = _measure(names or tuple(MEASURES), effort)
    print("\n".join(lines(rows)))
    sys.exit(failure or 0)


def _measure(names: Sequence[str], effort: Effort) -> tuple[list[Row], str]:
    """The rows, each told as soon as there is one, and what made an end of it ("": nothing)."""
    rows: list[Row] = []
    for name in names:
        try:
            measured = MEASURES[name](effort)
        except (AssertionError, ChildError, TimeoutError) as error:
            return rows, f"benchmark failed: {name}: {str(error) or type(error).__name__}"
        for row in measured:
            click.echo(f"{row.what}: {row.figure}", err=True)
        rows += measured
    return rows, ""


def _disk() -> str | None:
    """A folder that is on a disk: the usual temporary one may be in memory, where durability costs nothing."""
    return "/var/tmp" if Path("/var/tmp").is_dir() else None  # noqa: S108


def _end(*_: object) -> NoReturn:
    sys.exit(1)


if __name__ == "__main__":
    main()
