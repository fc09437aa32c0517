"""One instance that tells Amazon for the first time of all SKUs of a fresh file, and says what that took."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from pathlib import Path

import httpx2
import orjson

from core.adjustments import Adjustment
from core.house import House
from core.marketplaces.amazon import Amazon, AmazonAccess
from core.stores.sqlite import SqliteStore

STOCK = 7
_FILE = Path("stock.db")
_EVERY = 0.25


def sku_of(number: int) -> str:
    """The SKU of that number."""
    return f"SKU-{number:06}"


def access(url: str) -> AmazonAccess:
    """Our keys to the account at that address."""
    return AmazonAccess(
        seller_id="A1PLAYGROUND00",
        marketplace_id="ATVPDKIKX0DER",
        client_id="client",
        client_secret="secret",  # noqa: S106 - the stand-in's
        refresh_token="refresh",  # noqa: S106
        api_url=url,
        lwa_url=f"{url}/auth/o2/token",
    )


async def stock(store: SqliteStore, count: int) -> None:
    """Set the stock of so many SKUs, with nothing left to follow up."""
    for start in range(0, count, store.group_size):
        skus = [sku_of(number) for number in range(start, min(count, start + store.group_size))]
        made = [Adjustment(key=f"manual#{sku}", sku=sku, at=1.0, actor="bench", physical=STOCK) for sku in skus]
        committed = await store.commit(made)
        if committed.mark is not None:
            await store.finish(committed.mark)


async def broadcast(url: str, count: int) -> dict[str, float]:
    """Tell Amazon of them all: seconds, and megabytes held before and at most."""
    client = httpx2.AsyncClient(timeout=30)
    amazon = Amazon(access(url), client, clock=time.time, sleep=asyncio.sleep, fresh_id=lambda: secrets.token_hex(8))
    store = SqliteStore(_FILE, time.time)
    house = House(
        store,
        marketplaces=(amazon,),
        tellable=(amazon,),
        clock=time.time,
        sleep=asyncio.sleep,
        fresh_id=lambda: secrets.token_hex(8),
        owner="bench",
    )
    await house.open()
    await stock(store, count)
    before = most = megabytes()
    began = time.perf_counter()
    telling = asyncio.ensure_future(house.catch_up())
    while not telling.done():
        await asyncio.sleep(_EVERY)
        most = max(most, megabytes())
    await telling
    seconds = time.perf_counter() - began
    owed = len((await store.owed("amazon", "", 1)).items)
    await house.close()
    return {"seconds": seconds, "before": before, "most": most, "owed": owed}


def megabytes() -> float:
    """Resident memory of this process, on Linux."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096 / 2**20


if __name__ == "__main__":
    print(orjson.dumps(asyncio.run(broadcast(sys.argv[1], int(sys.argv[2])))).decode(), flush=True)
