"""Interleaved rounds: A B C, then C B A, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds, and the orders of one load; `folder` is where servers keep their files."""

    folder: Path
    rounds: int
    orders: int


def interleave(label: str, rounds: int, kinds: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """What each kind came to in each round, after one round that does not count; with a progress line on a terminal."""
    found: dict[str, list[T]] = {name: [] for name in kinds}
    with tqdm(total=(rounds + 1) * len(kinds), desc=label, leave=False, disable=None) as progress:
        for number in range(rounds + 1):
            for name in list(kinds)[:: -1 if number % 2 else 1]:
                result = kinds[name]()
                if number:
                    found[name].append(result)
                progress.update()
    return found


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """The median of the rounds' own ratios."""
    return median(one / other for one, other in zip(of, to, strict=True))
