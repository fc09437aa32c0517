"""One instance that reconciles a channel with many listings: `prepare` fills its file, `run` says what that took."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2
import orjson

from benchmarks.broadcaster import STOCK, megabytes, sku_of, stock
from benchmarks.shelf import stall_of
from core.house import House
from core.stock import Push, Told
from core.stores.sqlite import SqliteStore
from parts import DATA_FILE, World, make_house
from settings import Settings

_AT_ONCE = 500
_EVERY = 0.1


async def prepare(channel: str, count: int) -> None:
    """All SKUs on hand, and told to the channel."""
    store = SqliteStore(Path(DATA_FILE), time.time)
    await store.open()
    await stock(store, count)
    told = {channel: Told(STOCK, 1, time.time(), Push.CONFIRMED)}
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(count, start + _AT_ONCE))
        await asyncio.gather(*[store.settle(sku_of(number), 1, told, {}) for number in numbers])
    await store.close()


async def run(channel: str, url: str) -> dict[str, float]:
    """Seconds and megabytes of a reconcile of the whole channel, and what it has found."""
    house = _house(channel, url)
    await house.open()
    before = most = megabytes()
    began = time.perf_counter()
    running = await house.service.steering.reconcile(channel, "bench")
    waiting = asyncio.ensure_future(running.wait(3_600.0))
    while not waiting.done():
        await asyncio.sleep(_EVERY)
        most = max(most, megabytes())
    seconds, report = time.perf_counter() - began, running.report
    await house.close()
    assert not report.trouble, report.trouble
    return {"seconds": seconds, "before": before, "most": most, "looked": report.looked, "differ": report.differ}


@dataclass(frozen=True, slots=True)
class _Patient(World):
    """A world that waits for the stand-in, which does all of a bulk operation while it begins it."""

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(timeout=120.0)


def _house(channel: str, url: str) -> House:
    env = dict(stall_of(channel).settings(url))
    return make_house(Settings.from_env({**env, "SYNCSTATE_DATA_DIR": "."}), _Patient(), follows=True)


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        asyncio.run(prepare(sys.argv[2], int(sys.argv[3])))
    else:
        print(orjson.dumps(asyncio.run(run(sys.argv[2], sys.argv[3]))).decode(), flush=True)
