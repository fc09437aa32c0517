"""Durable orders on SQLite, over many SKUs and on one, beside the bare route that only verifies and parses."""

from __future__ import annotations

from statistics import median

from benchmarks.orders import hot, spread
from benchmarks.rounds import Effort, interleave, ratio
from benchmarks.sales import fill, post, sell
from benchmarks.servers import bare, syncstate
from benchmarks.table import Row, at_least

LABEL = "Orders on SQLite"


def measure(effort: Effort) -> list[Row]:
    """Three rows: bare, spread, hot."""
    with syncstate(effort.folder / "sqlite") as stored, bare(effort.folder / "bare") as forgotten:
        fill(stored)
        found = interleave(
            LABEL,
            effort.rounds,
            {
                "bare": lambda: post(forgotten, spread(effort.orders)).figures.rate,
                "spread": lambda: sell(stored, spread(effort.orders)).figures.rate,
                "hot": lambda: sell(stored, hot(effort.orders)).figures.rate,
            },
        )
    of_bare, of_spread = ratio(found["spread"], found["bare"]), ratio(found["hot"], found["spread"])
    rates = {kind: f"{median(rates):,.0f}/s" for kind, rates in found.items()}
    return [
        Row("orders verified, parsed and forgotten", rates["bare"]),
        at_least(f"{LABEL}, 500 SKUs", f"{rates['spread']} = {of_bare:.2f} of that", of_bare, 0.4, "of bare"),
        at_least(f"{LABEL}, one SKU", f"{rates['hot']} = {of_spread:.2f} of that", of_spread, 0.95, "of 500 SKUs"),
    ]
