"""How long one order takes when there is no other: over one connection, each after the answer to the one before."""

from __future__ import annotations

from statistics import median

from benchmarks.orders import spread
from benchmarks.rounds import Effort, interleave
from benchmarks.sales import Sale, fill, sell
from benchmarks.servers import ministack, syncstate
from benchmarks.table import Row

LABEL = "A lone order"
_FEWER = 20


def measure(effort: Effort) -> list[Row]:
    """One row for each store, for information."""
    orders = effort.orders // _FEWER
    with (
        syncstate(effort.folder / "alone") as on_file,
        ministack(effort.folder / "alone-ministack") as (_, endpoint),
        syncstate(effort.folder / "alone-dynamodb", endpoint) as on_tables,
    ):
        fill(on_file)
        fill(on_tables)
        found = interleave(
            LABEL,
            effort.rounds,
            {
                "SQLite": lambda: sell(on_file, spread(orders), connections=1),
                "DynamoDB": lambda: sell(on_tables, spread(orders), connections=1),
            },
        )
    return [Row(f"{LABEL} on {store}", _latency(sales)) for store, sales in found.items()]


def _latency(sales: list[Sale]) -> str:
    usual, seldom = (median(sale.figures.latency(share) for sale in sales) for share in (0.5, 0.99))
    return f"p50 {usual:.1f} ms, p99 {seldom:.1f} ms"
