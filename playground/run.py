"""The playground: the stand-ins and their page in this process, and the real app that speaks with them in another."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

import click
import httpx2
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from core.bundle_book import BundleBook
from core.bundled_store import bundled
from core.ports import Store
from parts import World, make_store, usable
from playground.front import Front
from playground.keeper import Keep, Keeper, Kept
from playground.live import Live
from playground.made_up import made_up
from playground.outside import Outside, make_outside
from playground.page.routes import page_routes
from playground.page.state import Page
from playground.serving import HOST, Server, listen, reserved
from playground.shelves import CATALOGUE, Product, fill, stock_up
from playground.stories.stage import Stage
from playground.stories.teller import Teller
from settings import Settings
from upkeep import with_store
from webhooks.errors import exception_handlers

DATA_DIR = "SYNCSTATE_DATA_DIR"
_READ = ("PORT", DATA_DIR, "SYNCSTATE_TIMEZONE")
_DEFAULT_DATA, _OWN_FOLDER = "./data", "playground"


@dataclass(frozen=True, slots=True)
class Playground:
    """A running playground: where it listens, what is outside the app, and the app as it is kept running."""

    address: str
    outside: Outside
    live: Live
    kept: Kept
    settings: Settings
    serving: asyncio.Task[None]


def run(env: Mapping[str, str], port: int | None) -> None:
    """Serve on 127.0.0.1 until Ctrl-C; SyncStateError, in one line, when it cannot start."""
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asked = read_settings(env, port)
    usable(asked.data_dir)
    with listen(asked.port) as listener:
        asyncio.run(_run(asked, listener))


def read_settings(env: Mapping[str, str], port: int | None) -> Settings:
    """Port, folder and time zone as asked for; nothing else of the environment counts here.

    The data is in a folder of its own below SYNCSTATE_DATA_DIR, so that no real installation's stock is played with.
    """
    given = {name: env[name] for name in _READ if name in env}
    if port is not None:
        given["PORT"] = str(port)
    given[DATA_DIR] = str(Path(given.get(DATA_DIR, "").strip() or _DEFAULT_DATA) / _OWN_FOLDER)
    return Settings.from_env(given)


def local_client(address: str) -> httpx2.AsyncClient:
    """A client for plain HTTP to this machine: no proxy, and no certificate is trusted."""
    return httpx2.AsyncClient(base_url=address, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


@asynccontextmanager
async def started(
    asked: Settings, listener: socket.socket, products: Sequence[Product] = CATALOGUE, keep: Keep = Keeper
) -> AsyncIterator[Playground]:
    """A playground that answers on the listener, and its app with it, while the block runs; then both end in order.

    Its first start, with an empty store, counts the products.
    """
    since = time.time()
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    with reserved() as port:
        async with local_client(f"http://{HOST}:{port}") as http:
            outside = make_outside(http, address, time.time, SystemRandom())
            env = made_up(asked, port, address, outside)
            settings = Settings.from_env(env)
            fill(outside, await with_store(settings, lambda house: stock_up(house, products)))
            kept = keep(env, http, outside.changes)
            live = Live(outside.sources)
            async with _reading(settings) as store:
                stage = Stage(outside, kept, store)
                teller = Teller(stage)
                site = _site(page_routes(Page(stage, teller, since), outside, teller, live), http)

                def leave() -> None:
                    live.close()
                    kept.leave()

                async with _served(Server(site, leave), listener) as serving, _beside(live, outside, kept, teller):
                    yield Playground(address, outside, live, kept, settings, serving)


def _site(ours: Sequence[BaseRoute], http: httpx2.AsyncClient) -> Starlette:
    """Our own routes, and behind them whatever else the app answers itself."""
    site = Starlette(routes=[*ours, Mount("", Front(http))], exception_handlers=exception_handlers(World().fresh_id))
    site.router.redirect_slashes = False
    return site


async def _run(asked: Settings, listener: socket.socket) -> None:
    async with started(asked, listener) as playground:
        click.echo(f"SyncState playground: {playground.address}")
        await playground.serving


@asynccontextmanager
async def _reading(settings: Settings) -> AsyncIterator[Store]:
    """The app's store to look at, whether the app runs or not."""
    store = make_store(settings, World(), (), watching=True)
    await store.open()
    try:
        yield bundled(BundleBook(store, time.time))
    finally:
        await store.close()


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
async def _beside(live: Live, outside: Outside, kept: Kept, teller: Teller) -> AsyncIterator[None]:
    """What runs beside the server: the app, the word to open pages, and the couriers with their webhooks."""
    up = asyncio.Event()
    app = asyncio.create_task(kept.run(up))
    rising = asyncio.create_task(up.wait())
    runs = [live.run(), *(courier.run() for courier in outside.couriers.values())]
    tasks = [app, rising, *(asyncio.create_task(each) for each in runs)]
    try:
        await asyncio.wait({app, rising}, return_when=asyncio.FIRST_COMPLETED)
        if app.done():
            app.result()
        yield
    finally:
        await teller.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
