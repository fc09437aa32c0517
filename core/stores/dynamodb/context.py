"""What every part of the DynamoDB store shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.schema import Names

SHARDS = 8
_MOST_SKUS = 200_000
_MOST_KEYS = 4_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored under a change's key: whether there is a row, what is known, and its unfinished mark."""

    exists: bool = False
    known: bytes | None = None
    mark: bytes | None = None


NOTHING = Kept()


@dataclass(slots=True)
class Memory:
    """What this instance remembers, to save requests; a stale memory makes a write fail, never wrong.

    `counted`: since when each SKU is managed (None: not yet). `outdated`: days of sales that its row need not keep.
    `kept`: the rows of keys that were heard of lately, since an order is mostly told of several times in a row.
    """

    counted: dict[str, float | None] = field(default_factory=dict)
    outdated: dict[str, tuple[int, ...]] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)

    def trim(self) -> None:
        """Forget what has become much."""
        for part, most in ((self.counted, _MOST_SKUS), (self.outdated, _MOST_SKUS), (self.kept, _MOST_KEYS)):
            if len(part) > most:
                part.clear()

    def finished(self, key: str, mark: bytes) -> None:
        """The row's mark is gone, unless it was marked anew."""
        kept = self.kept.get(key)
        if kept is not None and kept.mark == mark:
            self.kept[key] = replace(kept, mark=None)


@dataclass(frozen=True, slots=True)
class Context:
    """The calls, the tables' names, who this instance is, whom it tells, its clock (epoch s) and its fresh ids.

    `lease` is how long (s) a claim on telling a channel stands when its holder dies. `claims` are the channels that it
    claims what it commits for: those that it can tell at this moment.
    """

    calls: Calls
    names: Names
    instance: str
    channels: tuple[str, ...]
    clock: Callable[[], float]
    token: Callable[[], str]
    lease: float
    claims: Callable[[], Sequence[str]]
    memory: Memory = field(default_factory=Memory)


def shard(key: str) -> str:
    """The shard that a key belongs to, always the same."""
    return str(crc32(key.encode()) % SHARDS)


def shards() -> tuple[str, ...]:
    """All of them, in order."""
    return tuple(str(each) for each in range(SHARDS))
