"""Quick changes on two instances over a network that reorders: how often each channel shows the final value."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from benchmarks.rounds import Effort
from benchmarks.table import Row, at_least
from tests.core.reorderings import CHANNELS, trading

_GROUPS, _AT_ONCE = 5, 40
_QUICK_ROUNDS = 2


def measure(effort: Effort) -> list[Row]:
    """A row for each channel; AssertionError unless every final value is right."""
    groups = 1 if effort.rounds <= _QUICK_ROUNDS else _GROUPS
    wrong: Counter[str] = Counter()
    for seed in range(groups):
        wrong.update(asyncio.run(_try(effort.folder / f"reorderings-{seed}", seed)))
    trials = groups * _AT_ONCE
    assert not wrong.total(), f"of {trials} trials wrong: {dict(wrong)}"
    figure = f"{trials} of {trials} final values right after 20 quick changes"
    return [at_least(f"two instances, reordered: {name}", figure, trials, trials, "right") for name in CHANNELS]


async def _try(folder: Path, seed: int) -> Counter[str]:
    skus = [f"SKU-{number}" for number in range(_AT_ONCE)]
    async with trading(folder, skus, seed) as trade:
        await trade.change(skus)
        return Counter({name: len(found) for name, found in (await trade.settle(skus)).items()})
