"""What is low or gone, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from core.alerts import condition_of
from core.forecast import days_of_cover, recent
from core.stock import Level


def scarce(levels: Iterable[Level], today: int) -> list[Level]:
    """Those that are low, out of stock or oversold: first what is owed to buyers, then what sells and is gone, then
    what runs out soonest; `today` is a UTC day (ordinal).
    """
    return sorted((level for level in levels if condition_of(level.stock)), key=lambda level: _rank(level, today))


def _rank(level: Level, today: int) -> tuple[int, float, int, str]:
    stock = level.stock
    match condition_of(stock):
        case "oversold":
            return 0, float(stock.physical), 0, level.sku
        case "out_of_stock":
            return 1, -float(sum(recent(level.sold, today))), 0, level.sku
        case _:
            cover = days_of_cover(stock.broadcast, level.sold, today)
            return 2, inf if cover is None else cover, stock.broadcast, level.sku
