"""`make soak`: ten minutes of trade under random faults, with how far it is and a table of figures at the end."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import click

from tests.faults.checks.soak import Pace, soak
from tests.faults.effort import Effort
from tests.faults.figures import Figure, lines
from tests.faults.nursery import nursery
from tests.faults.places import LOCAL, MINISTACK


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--rate", default=30.0, show_default=True, help="Messages a second.")
@click.option("--seed", default=7, show_default=True, help="Of everything that is drawn.")
@click.option("--on", "tables", type=click.Choice([MINISTACK, LOCAL]), default=LOCAL, show_default=True)
def main(*, minutes: float, rate: float, seed: int, tables: str) -> None:
    """Trade, and exit with code 1 when a figure misses its bar."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # of a stand-in that loses a reply
    figures = asyncio.run(_run(Pace(minutes * 60, rate), seed, tables))
    click.echo("\n".join(lines(figures)))
    sys.exit(0 if all(each.passed for each in figures) else 1)


async def _run(pace: Pace, seed: int, tables: str) -> list[Figure]:
    click.echo(f"soak (seed {seed})", err=True)
    async with nursery() as born:
        with tempfile.TemporaryDirectory() as folder:
            effort = Effort(born, Path(folder), seed, tables=tables, say=lambda text: click.echo(f"  {text}", err=True))
            return await soak(effort, pace)


if __name__ == "__main__":
    main()
