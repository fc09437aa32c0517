"""The table that is printed: one row for each figure, with what was aimed at and whether it was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

HEAD = ("what", "figure", "aim", "verdict")
MET, MISSED = "met", "missed"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; a figure without an aim is for information."""

    what: str
    figure: str
    aim: str = ""
    verdict: str = ""


def at_least(what: str, figure: str, value: float, least: float, unit: str) -> Row:
    """A row whose value should not be below `least`."""
    return Row(what, figure, f">= {least:g} {unit}", MET if value >= least else MISSED)


def at_most(what: str, figure: str, value: float, most: float, unit: str) -> Row:
    """A row whose value should not be above `most`."""
    return Row(what, figure, f"<= {most:g} {unit}", MET if value <= most else MISSED)


def lines(rows: Sequence[Row]) -> list[str]:
    """The table as text."""
    cells = [HEAD, *(astuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return [texts[0], "-" * max(map(len, texts)), *texts[1:]]
