"""One instance that tells a channel for the first time of all SKUs of a fresh file, and says what that took."""

from __future__ import annotations

import asyncio
import sys
import time

import orjson

from benchmarks.goods import STOCK, stock
from benchmarks.houses import house_of, megabytes, most_megabytes
from core.house import House
from core.stock import Push

_LOOK = 0.1
_PAGE = 500


async def broadcast(channel: str, url: str, count: int) -> dict[str, float]:
    """Tell the channel of them all: seconds, and megabytes held before and at most."""
    house = house_of(channel, url)
    await house.open()
    await stock(house.ledger, count)
    before, began = megabytes(), time.perf_counter()
    most = await most_megabytes(_tell(house, channel))
    seconds = time.perf_counter() - began
    told = await _told(house, channel)
    await house.close()
    return {"seconds": seconds, "before": before, "most": most, "told": told}


async def _tell(house: House, channel: str) -> None:
    """What a start does, and then until nothing is owed: a listing may have to wait its turn."""
    await house.catch_up()
    while True:
        if not (await house.store.owed(channel, "", 1)).items:
            return
        await asyncio.sleep(_LOOK)


async def _told(house: House, channel: str) -> int:
    """How many SKUs the channel was told, and has taken."""
    told, cursor = 0, ""
    while True:
        page = await house.store.list_levels(cursor, _PAGE)
        words = [level.told.get(channel) for level in page.items]
        told += sum(word is not None and (word.quantity, word.status) == (STOCK, Push.CONFIRMED) for word in words)
        cursor = page.cursor
        if not cursor:
            return told


if __name__ == "__main__":
    print(orjson.dumps(asyncio.run(broadcast(sys.argv[1], sys.argv[2], int(sys.argv[3])))).decode(), flush=True)
