"""The composition root: settings in, the Starlette app out. Only the command and the playground import it."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from bot.app import Bot, create_bot
from bot.people import Workspace
from core.errors import BadInput, SyncStateError
from core.house import House
from core.jobs import Job
from core.marketplaces.plug import Attendant
from core.schedule import Cron
from parts import World, make_house
from settings import Settings, SettingsError
from webhooks.app import Terms, exception_handlers, routes
from webhooks.server import serve, set_up_logging

TICK_SECONDS = 5
_WATCH_SECONDS = 15
_OPEN_SECONDS = 5
_log = logging.getLogger("syncstate")


def create_app(settings: Settings, world: World, *, unsigned: bool = False) -> Starlette:
    """The whole product as one ASGI app; `unsigned` is for the playground alone."""
    house = make_house(settings, world, follows=True)
    bot = make_bot(settings, house, world)
    attendants = _attendants(settings, house)
    warnings = tuple(each.warning for each in attendants)
    terms = Terms(tokens=settings.api_tokens, unsigned=unsigned, warnings=warnings)
    jobs = _more_jobs(settings, house, bot, attendants)
    table = [*routes(house.service, terms, CollectorRegistry()), bot.route]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with _opened(house, bot), _connected(bot), _at_work(attendants), _ticking(house, bot, jobs):
            yield

    handlers = exception_handlers(world.fresh_id)
    app = Starlette(routes=table, exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.draining = terms.draining
    return app


def make_bot(settings: Settings, house: House, world: World) -> Bot:
    """Slack's side: requests in, alerts and digests out."""
    workspace = Workspace(
        token=settings.slack_bot_token.reveal(),
        alerts_channel=settings.alerts_channel,
        digest_channel=settings.digest_channel or settings.alerts_channel,
        escalation_channel=settings.escalation_channel,
        oncall=settings.oncall,
        zone=settings.timezone,
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
    house.on_alert(bot.wake)
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
async def _ticking(house: House, bot: Bot, jobs: Sequence[Job]) -> AsyncIterator[None]:
    """The scheduler is only a tick: what is due is decided, and claimed, in the store."""
    runner = house.runner(jobs)

    async def watch() -> None:
        await house.watch()
        bot.notifier.wake()

    scheduler = AsyncIOScheduler(timezone=UTC)
    for work, seconds in ((runner.run_due, TICK_SECONDS), (watch, _WATCH_SECONDS)):
        scheduler.add_job(work, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        await runner.close()


def _attendants(settings: Settings, house: House) -> Sequence[Attendant]:
    return [plug.attend(house.service, house.report) for plug in settings.plugs if plug.attend is not None]


@asynccontextmanager
async def _at_work(attendants: Sequence[Attendant]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for each in attendants:
            await stack.enter_async_context(each.at_work())
        yield


def _more_jobs(settings: Settings, house: House, bot: Bot, attendants: Sequence[Attendant]) -> list[Job]:
    return [*_digest_jobs(house, bot, settings), *(job for each in attendants for job in each.jobs())]


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
    runner = house.runner(_more_jobs(settings, house, bot, _attendants(settings, house)))
    if name not in runner.names:
        raise BadInput("job", f"must be one of {', '.join(runner.names)}")
    await house.store.open()
    try:
        async with _connected(bot):
            await runner.run_now(name)
    finally:
        await house.close()


def run(settings: Settings, *, unsigned: bool = False) -> None:
    """Serve until told to stop; what is in flight then is finished within 10 s. `unsigned`: the playground's alone."""
    set_up_logging()
    with listen(settings.host, settings.port) as listener:
        app = create_app(settings, World(), unsigned=unsigned)
        serve(app, listener, app.state.draining)


def listen(host: str, port: int) -> socket.socket:
    """A socket that callers may connect to already; SettingsError that says which of the two cannot be had."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (while ")[0].lower()  # the socket says once more which address
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            other = port + 1 if error.errno == errno.EADDRINUSE else 3000
            advice = f"{port} cannot be used ({why}); choose another, as in PORT={other}"
            raise SettingsError("PORT", advice) from error
        raise SettingsError("HOST", f"{host} is no address of this machine ({why}); 127.0.0.1 is") from error
