"""What the bot's tests share: the real bot over a real store, people at a stand-in Slack, a clock moved by hand."""

import asyncio
import hmac
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from bot.app import Bot, create_bot
from bot.people import Workspace as Installation
from core.alerts import Alert
from core.changes import Notice
from core.house import House
from core.ports import Marketplace, Store
from core.stores.sqlite import SqliteStore
from playground.slack.client import EVENTS_PATH, SlackClient
from playground.slack.clock import HandClock
from playground.slack.delivery import Delivery
from playground.slack.records import Message
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve_slack
from playground.slack.workspace import Workspace

ALERTS = "#alerts"
HOME = Installation(BOT_TOKEN, alerts_channel=ALERTS, digest_channel="#digest", team_id="T0000STOCK")


@dataclass(frozen=True, slots=True)
class Room:
    """Everybody there is."""

    clock: HandClock
    slack: Workspace
    person: SlackClient
    http: httpx2.AsyncClient
    bot: Bot
    house: House

    @property
    def store(self) -> Store:
        return self.house.store

    def id_of(self, user: str) -> str:
        """The user id of somebody by name."""
        return self.slack.user(user).id

    async def say(self, text: str, user: str = "operator", channel: str = "#stock") -> dict[str, Any]:
        """Type `/stock` and this; the answer as Slack gets it."""
        delivery = await self.person.command(user, channel, text)
        assert delivery.ok, delivery
        assert not delivery.refused, delivery
        return dict(delivery.json())

    async def tell(self) -> None:
        """Let the notifier do what it may do now."""
        await self.bot.notifier.run_once(self.clock())

    async def tell_all(self) -> None:
        """Let the notifier work until nothing waits, moving the clock to when it wants to come again."""
        again = await self.bot.notifier.run_once(self.clock())
        while again is not None:
            self.clock.now = max(self.clock.now + 0.1, again)
            again = await self.bot.notifier.run_once(self.clock())

    async def raise_alert(self, sku: str = "ABC-1", kind: str = "stock_low", message: str = "It runs low.") -> Alert:
        """An alert in the store, not told yet; the same one again is counted."""
        notice = Notice(f"n{next(_NUMBERS)}", kind, sku, message)
        await self.house.follow_up.report(notice)
        alert = await self.store.open_alert(f"{'stock' if kind in _STOCK else kind}#{sku}")
        assert alert is not None
        return alert

    async def posted_alert(self, sku: str = "ABC-1") -> tuple[Alert, Message]:
        """An alert and its message in Slack."""
        alert = await self.raise_alert(sku)
        await self.tell()
        return alert, self.slack.messages(ALERTS)[-1]

    async def alert(self, alert_id: str) -> Alert:
        """The alert as the store has it."""
        found = await self.store.alert(alert_id)
        assert found is not None
        return found

    def private(self, user: str = "operator") -> list[str]:
        """What was said to this person alone, oldest first."""
        return [message.text for message in self.slack.ephemerals(user)]

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """Send bytes as they are."""
        return await self.http.post(EVENTS_PATH, content=body, headers=dict(headers or {}))

    def signed(self, body: bytes, *, at: float | None = None, kind: str = "form") -> dict[str, str]:
        """Headers that sign the body."""
        timestamp = str(int(self.clock() if at is None else at))
        signed = hmac.new(SIGNING_SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, "sha256")
        types = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
        return {
            "content-type": types[kind],
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": f"v0={signed.hexdigest()}",
        }


_NUMBERS = itertools.count(1)
_STOCK = ("stock_low", "out_of_stock", "oversold")


@asynccontextmanager
async def a_room(
    path: Path,
    installation: Installation = HOME,
    *,
    secret: str = SIGNING_SECRET,
    patience: float = 2.5,
    store: Callable[[Path, HandClock], Store] | None = None,
    house: Callable[[Store, HandClock], House] | None = None,
    channels: Sequence[Marketplace] = (),
) -> AsyncIterator[Room]:
    """A room with the app installed like this, over this kind of store."""
    clock = HandClock()
    slack = sample_workspace(clock)
    core = (
        house((store or a_store)(path, clock), clock)
        if house
        else a_house((store or a_store)(path, clock), clock, channels)
    )
    async with serve_slack(slack) as url:
        bot = create_bot(
            core.service,
            installation,
            signing_secret=secret,
            fresh_id=house_ids("E"),
            api_url=url,
            patience=patience,
        )
        core.on_alert(bot.notifier.wake)
        async with AsyncExitStack() as doors:
            doors.push_async_callback(core.close)
            await core.open()
            http = await doors.enter_async_context(_at_the_door(bot))
            yield Room(clock, slack, SlackClient(slack, http, SIGNING_SECRET), http, bot, core)


@asynccontextmanager
async def _at_the_door(bot: Bot) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(Starlette(routes=[bot.route]))
    await bot.open()
    try:
        async with httpx2.AsyncClient(transport=transport, base_url="http://app") as http:
            yield http
    finally:
        await bot.close()


@asynccontextmanager
async def another_instance(
    room: Room, installation: Installation = HOME, channels: Sequence[Marketplace] = ()
) -> AsyncIterator[SlackClient]:
    """The same people at a second instance of the app, over the same store: what it remembers is its own."""
    house = a_house(room.store, room.clock, channels)
    bot = create_bot(
        house.service,
        installation,
        signing_secret=SIGNING_SECRET,
        fresh_id=house_ids("F"),
        api_url=f"{room.slack.base_url}/api",
    )
    async with _at_the_door(bot) as http:
        yield SlackClient(room.slack, http, SIGNING_SECRET)


def a_store(path: Path, clock: HandClock) -> Store:
    """A file of its own."""
    return SqliteStore(path / "data.db", clock)


def a_house(store: Store, clock: HandClock, channels: Sequence[Marketplace] = ()) -> House:
    """The core over the store, with these marketplaces."""
    return House(
        store,
        marketplaces=channels,
        tellable=channels,
        clock=clock,
        sleep=asyncio.sleep,
        fresh_id=house_ids("id"),
        owner="test",
    )


def house_ids(prefix: str) -> Callable[[], str]:
    """Ids in a row."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}{next(numbers)}"


def text_of(answer: Mapping[str, Any]) -> str:
    """All that an answer shows, in one string."""
    return json.dumps(answer, ensure_ascii=False)


def shown(message: Message) -> str:
    """All that a message shows, in one string."""
    return json.dumps([message.text, message.blocks], ensure_ascii=False)


def buttons(message: Message) -> list[str]:
    """The action ids on a message."""
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row["elements"]]


def only(deliveries: list[Delivery]) -> Delivery:
    """The one delivery."""
    (delivery,) = deliveries
    return delivery
