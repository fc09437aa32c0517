"""The composition root: settings in, the Starlette app out. Only the command and the playground import it."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import random
import secrets
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import httpx2
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.app import Bot, create_bot
from bot.people import Workspace
from core.errors import BadInput, SyncStateError
from core.house import House
from core.jobs import Job
from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.channel import Amazon
from core.marketplaces.shopify.access import ShopifyAccess
from core.marketplaces.shopify.channel import Shopify
from core.ports import Store
from core.schedule import Cron
from core.stores.sqlite import SqliteStore
from settings import Settings, SettingsError
from values import StoreKind
from webhooks.app import Terms, exception_handlers, routes
from webhooks.server import serve, set_up_logging

TICK_SECONDS = 15
DATA_FILE = "syncstate.db"
_OPEN_SECONDS = 5
_AWS_CALLS = 16
_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)
_certificates = functools.cache(httpx2.create_ssl_context)
_log = logging.getLogger("syncstate")


@dataclass(frozen=True, slots=True)
class World:
    """What every instance needs from outside: time, patience, fresh ids, whom to trust, and its own name."""

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    fresh_id: Callable[[], str] = lambda: secrets.token_hex(16)
    certificates: Callable[[], ssl.SSLContext] = _certificates
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}")


def make_store(settings: Settings, world: World, channels: Sequence[str], *, watching: bool = False) -> Store:
    """The store that the settings name, for an instance that tells these channels; not open yet.

    `watching`: it only reads, and so beside a server that holds the file.
    """
    match settings.store:
        case StoreKind.SQLITE:
            folder = settings.data_dir if watching else usable(settings.data_dir)
            return SqliteStore(folder / DATA_FILE, world.clock, watching=watching)
        case StoreKind.DYNAMODB:
            from core.stores.dynamodb import DynamoStore, connect  # noqa: PLC0415 - boto3 takes a while to import

            return DynamoStore(
                connect(settings.aws_region or None, settings.aws_endpoint_url or None, _AWS_CALLS),
                prefix=settings.table_prefix,
                instance=world.owner,
                channels=channels,
                clock=world.clock,
                token=world.fresh_id,
                jitter=random.random,
                threads=_AWS_CALLS,
            )


def usable(folder: Path) -> Path:
    """The folder, there and writable; SettingsError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("SYNCSTATE_DATA_DIR", f"names a folder that cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise SettingsError("SYNCSTATE_DATA_DIR", "names a folder that cannot be written to")
    return folder


def make_client(world: World) -> httpx2.AsyncClient:
    """An HTTP client that is quick to give up; whatever proxy is set, this machine is reached without it."""
    direct = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}
    return httpx2.AsyncClient(timeout=_TIMEOUT, verify=world.certificates(), mounts=direct)


def make_shopify(settings: Settings, world: World) -> Shopify:
    """Shopify with what the settings know of it."""
    access = ShopifyAccess(
        shop=settings.shopify_shop,
        access_token=settings.shopify_access_token.reveal(),
        client_id=settings.shopify_client_id,
        client_secret=settings.shopify_client_secret.reveal(),
        webhook_secrets=tuple(secret.reveal() for secret in settings.shopify_webhook_secrets),
        location_id=settings.shopify_location_id,
        api_url=settings.shopify_api_url,
        public_url=settings.public_url,
    )
    return Shopify(access, make_client(world), clock=world.clock, sleep=world.sleep, fresh_id=world.fresh_id)


def make_amazon(settings: Settings, world: World) -> Amazon:
    """Amazon with what the settings know of it."""
    access = AmazonAccess(
        seller_id=settings.amazon_seller_id,
        marketplace_id=settings.amazon_marketplace_id,
        client_id=settings.amazon_lwa_client_id,
        client_secret=settings.amazon_lwa_client_secret.reveal(),
        refresh_token=settings.amazon_lwa_refresh_token.reveal(),
        webhook_secret=settings.amazon_webhook_secret.reveal(),
        api_url=settings.amazon_sp_api_url,
        lwa_url=settings.amazon_lwa_url,
    )
    return Amazon(access, make_client(world), clock=world.clock, sleep=world.sleep, fresh_id=world.fresh_id)


def make_house(settings: Settings, world: World, *, follows: bool, watching: bool = False) -> House:
    """The core on its store; `follows`: it also tells channels and sees to alerts; `watching`: it only reads."""
    marketplaces = (make_shopify(settings, world), make_amazon(settings, world))
    tellable = [each for each in marketplaces if each.can_push] if follows else []
    return House(
        make_store(settings, world, [each.name for each in tellable], watching=watching),
        marketplaces=marketplaces,
        tellable=tellable if follows else None,
        clock=world.clock,
        sleep=world.sleep,
        fresh_id=world.fresh_id,
        owner=world.owner,
    )


def create_app(
    settings: Settings, world: World, *, more: Callable[[House], list[BaseRoute]] | None = None, unsigned: bool = False
) -> Starlette:
    """The whole product as one ASGI app; `more` adds routes behind its own, `unsigned` is for the playground alone."""
    house = make_house(settings, world, follows=True)
    bot = make_bot(settings, house, world)
    terms = Terms(tokens=settings.api_tokens, unsigned=unsigned)
    table = [*routes(house.service, terms, CollectorRegistry(), world.fresh_id), bot.route]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with _opened(house, bot), _connected(bot), _ticking(house, bot, settings):
            yield

    handlers = exception_handlers(world.fresh_id)
    app = Starlette(routes=table + (more(house) if more else []), exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.draining = terms.draining
    return app


def make_bot(settings: Settings, house: House, world: World) -> Bot:
    """Slack's side: requests in, alerts and digests out."""
    workspace = Workspace(
        token=settings.slack_bot_token.reveal(),
        alerts_channel=settings.alerts_channel,
        digest_channel=settings.digest_channel or settings.alerts_channel,
        operators=settings.operators,
    )
    bot = create_bot(
        house.service,
        workspace,
        signing_secret=settings.slack_signing_secret.reveal(),
        fresh_id=world.fresh_id,
        app_token=settings.slack_app_token.reveal(),
        api_url=settings.slack_api_url,
    )
    house.on_alert(bot.notifier.wake)
    return bot


@asynccontextmanager
async def _connected(bot: Bot) -> AsyncIterator[None]:
    await bot.open()
    running = asyncio.create_task(bot.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bot.close()


@asynccontextmanager
async def _opened(house: House, bot: Bot) -> AsyncIterator[None]:
    """The store open, or being tried for in the background while requests are answered 503; StoreBusy at once."""
    opening = asyncio.create_task(_open(house, bot))
    await asyncio.wait({opening}, timeout=_OPEN_SECONDS)
    if opening.done():
        opening.result()
    catching_up = asyncio.create_task(_catch_up(house, opening))
    try:
        yield
    finally:
        for task in (opening, catching_up):
            task.cancel()
        await asyncio.gather(opening, catching_up, return_exceptions=True)
        await house.close()


async def _open(house: House, bot: Bot) -> None:
    await house.open()
    bot.notifier.wake()


async def _catch_up(house: House, opening: asyncio.Task[None]) -> None:
    await opening
    try:
        await house.catch_up()
    except SyncStateError as error:
        _log.warning("what was left undone is caught up with later: %s", error)


@asynccontextmanager
async def _ticking(house: House, bot: Bot, settings: Settings) -> AsyncIterator[None]:
    """The scheduler is only a tick: what is due is decided, and claimed, in the store."""
    runner = house.runner(_digest_jobs(house, bot, settings))

    async def tick() -> None:
        await runner.run_due()
        await house.watch()
        bot.notifier.wake()

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        await runner.close()


def _digest_jobs(house: House, bot: Bot, settings: Settings) -> list[Job]:
    if not settings.digest_cron:
        return []
    schedule = Cron(settings.digest_cron, settings.timezone)

    async def post(due: float) -> None:
        since = await house.last_digest(due)
        await bot.post_digest(await house.service.digest(since, due), due)
        await house.note_digest(due)

    return [Job("digest", schedule, post)]


async def run_job(settings: Settings, name: str) -> None:
    """Run one periodic job now, with its channels and Slack; BadInput for an unknown name."""
    world = World()
    house = make_house(settings, world, follows=True)
    bot = make_bot(settings, house, world)
    runner = house.runner(_digest_jobs(house, bot, settings))
    if name not in runner.names:
        raise BadInput("job", f"must be one of {', '.join(runner.names)}")
    await house.store.open()
    try:
        async with _connected(bot):
            await runner.run_now(name)
    finally:
        await house.close()


def run(settings: Settings) -> None:
    """Serve until told to stop; what is in flight then is finished within 10 s."""
    set_up_logging()
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError("HOST and PORT", f"({settings.host}:{settings.port}) cannot be used: {reason}") from error
    with listener:
        _log.info("listening on http://%s:%s", settings.host, settings.port)
        app = create_app(settings, World())
        serve(app, listener, app.state.draining)
