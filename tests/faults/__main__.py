"""`make faults`: the checks in full, with how far each is and a table of figures at the end."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tests.faults.checks import CHECKS
from tests.faults.effort import Effort
from tests.faults.figures import Figure, lines
from tests.faults.nursery import nursery
from tests.faults.places import LOCAL, MINISTACK


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CHECKS)))
@click.option("--short", is_flag=True, help="The form that make test has.")
@click.option("--seed", default=7, show_default=True, help="Of everything that is drawn.")
@click.option("--on", "tables", type=click.Choice([MINISTACK, LOCAL]), default=MINISTACK, show_default=True)
def main(names: Sequence[str], *, short: bool, seed: int, tables: str) -> None:
    """Run the checks NAMES, or all; exit code 1 when a figure misses its bar."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # of a stand-in that loses a reply
    figures = asyncio.run(_run(names or list(CHECKS), seed, tables, short=short))
    click.echo("\n".join(lines(figures)))
    sys.exit(0 if all(each.passed for each in figures) else 1)


async def _run(names: Sequence[str], seed: int, tables: str, *, short: bool) -> list[Figure]:
    found: list[Figure] = []
    async with nursery() as born:
        for name in names:
            began = time.monotonic()
            click.echo(f"{name} (seed {seed})", err=True)
            with tempfile.TemporaryDirectory() as folder:
                effort = Effort(born, Path(folder), seed, short, tables, lambda text: click.echo(f"  {text}", err=True))
                found += await CHECKS[name](effort)
            click.echo(f"  {time.monotonic() - began:.0f} s", err=True)
    return found


if __name__ == "__main__":
    main()
