"""The playground: the real app, and beside it the stand-ins that it speaks with over HTTP, in one process."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import SystemRandom

import click
import httpx2
from starlette.routing import BaseRoute

from app import create_app
from core.house import House
from parts import World, usable
from playground.live import Live
from playground.made_up import made_up
from playground.outside import Outside, make_outside
from playground.page.routes import page_routes
from playground.page.state import Page
from playground.serving import HOST, Server, listen
from playground.shelves import CATALOGUE, Product, fill, stock_up
from settings import Settings
from upkeep import with_store

DATA_DIR = "SYNCSTATE_DATA_DIR"
_READ = ("PORT", DATA_DIR, "SYNCSTATE_TIMEZONE")
_DEFAULT_DATA = "./data/playground"


@dataclass(frozen=True, slots=True)
class Playground:
    """A running playground: where it listens, and what is outside the app."""

    address: str
    outside: Outside
    live: Live
    server: Server
    serving: asyncio.Task[None]


def run(env: Mapping[str, str], port: int | None) -> None:
    """Serve on 127.0.0.1 until Ctrl-C; SyncStateError, in one line, when it cannot start."""
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asked = read_settings(env, port)
    usable(asked.data_dir)
    with listen(asked.port) as listener:
        asyncio.run(_run(asked, listener))


def read_settings(env: Mapping[str, str], port: int | None) -> Settings:
    """Port, folder and time zone as asked for; nothing else of the environment counts here."""
    given = {name: env[name] for name in _READ if name in env}
    if port is not None:
        given["PORT"] = str(port)
    if not given.get(DATA_DIR, "").strip():
        given[DATA_DIR] = _DEFAULT_DATA
    return Settings.from_env(given)


def local_client(address: str) -> httpx2.AsyncClient:
    """A client for plain HTTP to this machine: no proxy, and no certificate is trusted."""
    return httpx2.AsyncClient(base_url=address, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


@asynccontextmanager
async def started(
    asked: Settings, listener: socket.socket, products: Sequence[Product] = CATALOGUE
) -> AsyncIterator[Playground]:
    """A playground that answers on the listener while the block runs; what is under way is finished after it.

    Its first start, with an empty store, counts the products.
    """
    world = World()
    since = world.clock()
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    async with local_client(address) as http:
        outside = make_outside(http, world.clock, SystemRandom())
        settings = made_up(asked, address, outside)
        fill(outside, await with_store(settings, lambda house: stock_up(house, products)))
        live = Live(outside.changes)

        def add_routes(house: House) -> list[BaseRoute]:
            return page_routes(Page(house.service, outside, since), outside, live)

        server = Server(create_app(settings, world, more=add_routes, unsigned=True), live.close)
        async with _beside(live, outside), _served(server, listener) as serving:
            yield Playground(address, outside, live, server, serving)


async def _run(asked: Settings, listener: socket.socket) -> None:
    async with started(asked, listener) as playground:
        click.echo(f"SyncState playground: {playground.address}")
        await playground.serving


@asynccontextmanager
async def _served(server: Server, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    serving = asyncio.create_task(server.serve([listener]))
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield serving
    finally:
        server.should_exit = True
        ready.cancel()
        await serving


@asynccontextmanager
async def _beside(live: Live, outside: Outside) -> AsyncIterator[None]:
    """What runs beside the server: the word to open pages, and the couriers with their webhooks."""
    runs = [live.run(), *(courier.run() for courier in outside.couriers.values())]
    tasks = [asyncio.create_task(each) for each in runs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
