"""A playground that runs within a test, with a client, its state, and waiting for what its page would be told of."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx2

from app import create_app
from core.stock import Push
from parts import World
from playground.changes import Changes
from playground.errors import RefusedError
from playground.keeper import Keep
from playground.run import Playground, local_client, read_settings, started
from playground.serving import Server, listen
from playground.shelves import Product
from settings import Settings

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
    """Whether every shop shows what it should, or has said that it does not sell the SKU."""
    rests = {(row["broadcast"], Push.CONFIRMED), (None, Push.UNLISTED)}
    return all((each["shows"], each["status"]) in rests for each in row["shops"].values())


def shelves(state: Json, sku: str) -> set[int]:
    """What the shops show of the SKU: one number when they agree."""
    return {listing["shows"] for listing in row_of(state, sku)["shops"].values()}


def row_of(state: Json, sku: str) -> Json:
    return next(row for row in state["stock"] if row["sku"] == sku)


def messages_of(state: Json, channel: str) -> list[Json]:
    return next(each["messages"] for each in state["slack"]["channels"] if each["name"] == channel)


class InProcess:
    """The app in the test's own process, which starts in no time and cannot be killed."""

    def __init__(self, env: Mapping[str, str], http: httpx2.AsyncClient, changes: Changes) -> None:
        self.up, self.pid, self.starts = True, os.getpid(), 1
        self._settings = Settings.from_env(env)

    def kill(self) -> None:
        raise RefusedError("this is not a process of its own")

    def leave(self) -> None:
        """It leaves when `run` is cancelled."""

    async def run(self, started: asyncio.Event) -> None:
        with listen(self._settings.port) as listener:
            server = Server(create_app(self._settings, World(), unsigned=True), lambda: None)
            serving = asyncio.create_task(server.serve([listener]))
            ready = asyncio.create_task(server.ready.wait())
            try:
                await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
                started.set()
                await asyncio.shield(serving)
            finally:
                server.should_exit = True
                ready.cancel()
                await serving


@asynccontextmanager
async def visiting(
    folder: Path,
    keep: Keep = InProcess,
    env: Mapping[str, str] | None = None,
    products: Sequence[Product] = PRODUCTS,
) -> AsyncIterator[Visit]:
    """A visit to a playground on a free port with its data in the folder, once both shops know their stock."""
    asked = read_settings({**(env or {}), "SYNCSTATE_DATA_DIR": str(folder)}, 0)
    with listen(asked.port) as listener:
        async with (
            started(asked, listener, products, keep) as playground,
            local_client(playground.address) as client,
        ):
            visit = Visit(playground, client)
            await visit.all_told()
            yield visit
