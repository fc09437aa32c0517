"""One instance that reconciles a channel with many listings: `prepare` fills its file, `run` says what that took."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import orjson

from benchmarks.goods import STOCK, sku_of, stock
from benchmarks.houses import house_of, megabytes, most_megabytes
from core.stock import Push, Told
from core.stores.sqlite import SqliteStore
from parts import DATA_FILE

_AT_ONCE = 500


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
    house = house_of(channel, url)
    await house.open()
    before, began = megabytes(), time.perf_counter()
    running = await house.service.steering.reconcile(channel, "bench")
    most = await most_megabytes(running.wait(3_600.0))
    seconds, report = time.perf_counter() - began, running.report
    await house.close()
    assert not report.trouble, report.trouble
    return {"seconds": seconds, "before": before, "most": most, "looked": report.looked, "differ": report.differ}


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        asyncio.run(prepare(sys.argv[2], int(sys.argv[3])))
    else:
        print(orjson.dumps(asyncio.run(run(sys.argv[2], sys.argv[3]))).decode(), flush=True)
