"""What every part of the DynamoDB store shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zlib import crc32

from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.schema import Names

SHARDS = 8
_REMEMBERED = 200_000


@dataclass(slots=True)
class Memory:
    """What this instance remembers of SKUs, to save reads; a stale memory makes a write fail, never wrong.

    `counted`: since when each is managed (None: not yet). `outdated`: days of sales that its row need not keep.
    """

    counted: dict[str, float | None] = field(default_factory=dict)
    outdated: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def trim(self) -> None:
        """Forget everything once it is much."""
        for part in (self.counted, self.outdated):
            if len(part) > _REMEMBERED:
                part.clear()


@dataclass(frozen=True, slots=True)
class Context:
    """The calls, the tables' names, who this instance is, whom it tells, its clock (epoch s) and its fresh ids.

    `lease` is how long (s) a claim on telling a channel stands when its holder dies.
    """

    calls: Calls
    names: Names
    instance: str
    channels: tuple[str, ...]
    clock: Callable[[], float]
    token: Callable[[], str]
    lease: float
    memory: Memory = field(default_factory=Memory)


def shard(key: str) -> str:
    """The shard that a key belongs to, always the same."""
    return str(crc32(key.encode()) % SHARDS)


def shards() -> tuple[str, ...]:
    """All of them, in order."""
    return tuple(str(each) for each in range(SHARDS))
