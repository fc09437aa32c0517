"""How much of a check is done: all of it, or the short form that every test run has."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.faults.fleet import Fleet, fleet
from tests.faults.nursery import Nursery
from tests.faults.places import MINISTACK, Place, place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Effort:
    """What a check has to work with: where instances come from, a folder of its own, and a seed; `say` tells how far.

    `tables` is the DynamoDB that it runs on.
    """

    nursery: Nursery
    folder: Path
    seed: int
    short: bool = False
    tables: str = MINISTACK
    say: Callable[[str], None] = lambda _: None

    def pick(self, short: T, whole: T) -> T:
        """The first in the short form."""
        return short if self.short else whole

    def rng(self, name: str) -> random.Random:
        """A generator that is the same for the same seed."""
        return random.Random(f"{self.seed} {name}")

    @asynccontextmanager
    async def running(self, size: int = 2, kind: str = "", **env: str) -> AsyncIterator[tuple[Place, Fleet]]:
        """So many instances on a fresh store, without channels unless the variables name some."""
        async with AsyncExitStack() as opened:
            where = await opened.enter_async_context(place(kind or self.tables, self.folder))
            members = await opened.enter_async_context(
                fleet(self.nursery, self.folder, {**where.variables, **env}, size)
            )
            yield where, members
