"""Somewhere to keep data: one SQLite file or four tables under a fresh prefix, and the instances that share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from core.ports import Store
from core.stores.dynamodb import DynamoStore
from core.stores.dynamodb.schema import TABLES
from core.stores.sqlite import SqliteStore
from tests.core.stores.engines import THREADS

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CHANNELS = ("shopify", "amazon")
START = 4_000_000_000.0  # the engines' own clocks must not have reached the expiry of what is stored


@dataclass(slots=True)
class Clock:
    """Epoch seconds that pass when a test says so."""

    now: float = START

    def __call__(self) -> float:
        return self.now

    def turn(self, seconds: float) -> float:
        self.now += seconds
        return self.now


@dataclass(slots=True)
class Place:
    """Data of one test, with a clock; every instance that is opened is closed at the test's end."""

    make: Callable[[str, Clock], Store]
    clock: Clock = field(default_factory=Clock)
    opened: list[Store] = field(default_factory=list)
    clean: Callable[[], None] = lambda: None

    async def instance(self, name: str = "one") -> Store:
        store = self.make(name, self.clock)
        await store.open()
        self.opened.append(store)
        return store

    async def close(self) -> None:
        while self.opened:
            await self.opened.pop().close()
        self.clean()


def file_place(folder: Path) -> Place:
    """A SQLite file in the folder."""
    return Place(lambda _, clock: SqliteStore(folder / "stock.db", clock))


def table_place(client: DynamoDBClient) -> Place:
    """Four fresh tables behind the client."""
    prefix = fresh_prefix()
    return Place(
        make=lambda name, clock: dynamo_store(client, clock, prefix, name), clean=lambda: drop_tables(client, prefix)
    )


def drop_tables(client: DynamoDBClient, prefix: str) -> None:
    """Drop the tables under the prefix, of which moto would copy every row in every transaction."""
    for table in TABLES:
        client.delete_table(TableName=prefix + table.name)


def fresh_prefix() -> str:
    """A prefix that no other tables have."""
    return f"t{uuid4().hex[:12]}-"


def dynamo_store(
    client: DynamoDBClient, clock: Clock, prefix: str, name: str = "one", deadline: float = 30.0, jitter: float = 0.0
) -> DynamoStore:
    """One instance over the tables; it never waits between two tries unless it is told to."""
    return DynamoStore(
        client=client,
        prefix=prefix,
        instance=name,
        channels=CHANNELS,
        clock=clock,
        token=lambda: str(uuid4()),
        jitter=lambda: jitter,
        threads=THREADS,
        protect=False,
        deadline=deadline,
    )
