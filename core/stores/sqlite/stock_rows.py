"""Rows of the stock table: a SKU's numbers, and back."""

from __future__ import annotations

from typing import TypeAlias

from core.stock import NEVER, Stated, Stock

Row: TypeAlias = tuple[str, int, int, int, int, float | None, str]


def stock_of(row: Row) -> Stock:
    """The stock of a row: SKU, physical, buffer, version, low at, counted at and what was stated."""
    sku, physical, buffer, version, low_at, counted_at, stated = row
    return Stock(sku, physical, buffer, version, low_at, counted_at, _stated(stated))


def stock_row(stock: Stock) -> Row:
    """The row of that stock."""
    stated = "" if stock.stated == NEVER else f"{stock.stated.physical} {stock.stated.buffer} {stock.stated.low_at}"
    return stock.sku, stock.physical, stock.buffer, stock.version, stock.low_at, stock.counted_at, stated


def _stated(text: str) -> Stated:
    return Stated(*map(int, text.split())) if text else NEVER
