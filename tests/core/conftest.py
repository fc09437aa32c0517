"""What the core's tests share: a clock, a store in a file of its own, and an instance at work on it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.house import House
from core.push import Pusher
from tests.core.shelf import Shelf
from tests.core.stand_ins import Books, HandClock, StandInChannel, SteppedStore, numbered


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def books() -> Iterator[Books]:
    with Books() as books:
        yield books


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[SteppedStore]:
    store = SteppedStore(tmp_path / "stock.db", clock)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def shopify() -> StandInChannel:
    return StandInChannel("shopify")


@pytest.fixture
def amazon() -> StandInChannel:
    return StandInChannel("amazon", batch=1, at_once=5)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def pusher(shelf: Shelf, shopify: StandInChannel) -> Pusher:
    return shelf.pusher(shopify)


@pytest.fixture
async def house(
    store: SteppedStore,
    clock: HandClock,
    shopify: StandInChannel,
    amazon: StandInChannel,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[House]:
    channels = (shopify, amazon)
    house = House(
        store,
        marketplaces=channels,
        tellable=channels,
        clock=clock,
        sleep=clock.sleep,
        fresh_id=numbered(),
        owner="one",
    )
    yield house
    await house.commits.drain()
    await house.follow_up.drain()
    gc.collect()
    records = caplog.get_records("call") + caplog.get_records("teardown")
    assert [record.getMessage() for record in records if record.name == "asyncio"] == []
