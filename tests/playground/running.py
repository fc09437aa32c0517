"""A playground that runs within a test, with a client, its state, and waiting for what its page would be told of."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx2

from core.stock import Push
from playground.run import Playground, local_client, read_settings, started
from playground.serving import listen
from playground.shelves import Product

Json: TypeAlias = dict[str, Any]

# Few, for Amazon takes five changes at once and then five a second.
PRODUCTS = (
    Product("TEE-RED-M", "T-shirt, red, M", 48, 5),
    Product("CAP-BLACK", "Cap, black", 8),
    Product("MUG-WHITE", "Mug, white", 40, 4),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the page of a running playground."""

    playground: Playground
    client: httpx2.AsyncClient

    async def state(self, person: str = "operator") -> Json:
        answer = await self.client.get("/playground/state", params={"as": person})
        assert answer.status_code == 200, answer.text
        state: Json = answer.json()
        return state

    async def do(self, name: str, **fields: object) -> None:
        answer = await self.client.post(f"/playground/do/{name}", json=fields)
        assert answer.status_code == 200, answer.text

    async def until(self, seen: Callable[[Json], object], within: float = 5.0) -> Json:
        """The state, as soon as `seen` says yes to it; looks whenever a page would."""
        state = await self.state()
        async with asyncio.timeout(within), aclosing(self.playground.live.events()) as events:
            while not seen(state):
                await anext(events)
                state = await self.state()
        return state

    async def all_told(self, within: float = 5.0) -> None:
        """Wait until every shop shows what it should."""
        await self.until(lambda state: all(is_told(row) for row in state["stock"]), within)


def is_told(row: Json) -> bool:
    listings = row["shops"].values()
    return all((each["shows"], each["status"]) == (row["broadcast"], Push.CONFIRMED) for each in listings)


def shelves(state: Json, sku: str) -> set[int]:
    """What the shops show of the SKU: one number when they agree."""
    return {listing["shows"] for listing in row_of(state, sku)["shops"].values()}


def row_of(state: Json, sku: str) -> Json:
    return next(row for row in state["stock"] if row["sku"] == sku)


def messages_of(state: Json, channel: str) -> list[Json]:
    return next(each["messages"] for each in state["slack"]["channels"] if each["name"] == channel)


@asynccontextmanager
async def visiting(folder: Path) -> AsyncIterator[Visit]:
    """A visit to a playground on a free port with its data in the folder, once both shops know their stock."""
    asked = read_settings({"SYNCSTATE_DATA_DIR": str(folder)}, 0)
    with listen(asked.port) as listener:
        async with started(asked, listener, PRODUCTS) as playground, local_client(playground.address) as client:
            visit = Visit(playground, client)
            await visit.all_told()
            yield visit
