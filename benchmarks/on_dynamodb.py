"""Orders on DynamoDB for a second of the server's own processor time, beside one boto3 transaction per order."""

from __future__ import annotations

from statistics import median

from benchmarks.children import Child
from benchmarks.orders import hot, spread
from benchmarks.rounds import Effort, interleave, ratio
from benchmarks.sales import fill, sell
from benchmarks.servers import ask, ministack, rival, syncstate
from benchmarks.table import Row, at_least

LABEL = "Orders on DynamoDB"
_FEWER = 4


def measure(effort: Effort) -> list[Row]:
    """Four rows: the rival, spread, hot, and the rival that keeps the same promises."""
    orders = effort.orders // _FEWER
    with (
        ministack(effort.folder / "ministack") as (_, endpoint),
        syncstate(effort.folder / "dynamodb", endpoint) as stored,
        ministack(effort.folder / "plain") as (_, elsewhere),
        rival(effort.folder / "rival", endpoint) as naive,
        rival(effort.folder / "promising", elsewhere, promising=True) as careful,
    ):
        fill(stored)
        sales = interleave(
            LABEL,
            effort.rounds,
            {
                "rival": lambda: sell(naive, spread(orders), read=_rival_stock),
                "careful": lambda: sell(careful, spread(orders), read=_rival_stock),
                "spread": lambda: sell(stored, spread(orders)),
                "hot": lambda: sell(stored, hot(orders)),
            },
        )
    cpu = {kind: [sale.per_cpu_second for sale in each] for kind, each in sales.items()}
    rate = {kind: median(sale.figures.rate for sale in each) for kind, each in sales.items()}
    texts = {kind: f"{median(each):,.0f} per CPU s, {rate[kind]:,.0f}/s" for kind, each in cpu.items()}
    better, hotter = ratio(cpu["spread"], cpu["rival"]), ratio(cpu["hot"], cpu["spread"])
    beside = f"{texts['careful']}; 500 SKUs are {ratio(cpu['spread'], cpu['careful']):.1f} times that"
    return [
        Row("orders by one boto3 transaction each", texts["rival"]),
        at_least(f"{LABEL}, 500 SKUs", f"{texts['spread']} = {better:.1f} times that", better, 4, "times the rival"),
        at_least(f"{LABEL}, one SKU", f"{texts['hot']} = {hotter:.2f} of that", hotter, 0.95, "of 500 SKUs"),
        Row("each marked, read back, seen to as well", beside),
    ]


def _rival_stock(server: Child) -> dict[str, int]:
    return ask(server, "/stock")
