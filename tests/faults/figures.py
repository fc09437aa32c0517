"""What a check came to: one figure against its bar, and the table of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = ("no", "what", "figure", "bar", "")
PASSED, MISSED = "passed", "MISSED"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: the number of the check, what was looked at, what came of it, and what had to."""

    number: int
    what: str
    figure: str
    bar: str
    passed: bool

    def __str__(self) -> str:
        return f"{self.number}. {self.what}: {self.figure} (bar: {self.bar})"


def exact(number: int, what: str, wrong: Sequence[str], of: int, bar: str = "") -> Figure:
    """How many of so many are as they must be; the first that is not is named."""
    figure = f"{of - len(wrong)} of {of}" + (f" ({wrong[0]})" if wrong else "")
    return Figure(number, what, figure, bar or "all", not wrong)


def at_most(number: int, what: str, value: float, most: float, unit: str) -> Figure:
    """A figure that may not be above `most`."""
    return Figure(number, what, f"{value:.3g} {unit}", f"<= {most:g} {unit}", value <= most)


def at_least(number: int, what: str, value: float, least: float, unit: str) -> Figure:
    """A figure that may not be below `least`."""
    return Figure(number, what, f"{value:.3g} {unit}", f">= {least:g} {unit}", value >= least)


def holds(number: int, what: str, figure: str, bar: str, *, passed: bool) -> Figure:
    """A figure in words."""
    return Figure(number, what, figure, bar, passed)


def lines(figures: Sequence[Figure]) -> list[str]:
    """The table as text."""
    cells = [HEAD, *((str(f.number), f.what, f.figure, f.bar, PASSED if f.passed else MISSED) for f in figures)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return [texts[0], "-" * max(map(len, texts)), *texts[1:]]
