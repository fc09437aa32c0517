"""Two shops whose listings can be read back, a person who adopts them, and what everybody is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.people import Workspace
from core.errors import ChannelError
from core.ports import Listing
from playground.slack.client import SlackClient
from playground.slack.records import Message
from tests.bot.room import HOME, Room, a_room, shown
from tests.core.stand_ins import StandInChannel, until

SET, AS_SHOWN, LOWEST = "adopt_set", "adopt_set_as_shown", "adopt_set_lowest"
CHOOSE, CANCEL = "adopt_choose", "adopt_cancel"


@dataclass
class ReadShop(StandInChannel):
    """A channel whose listings can be read back, once it is open."""

    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    broken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.is_open.set()

    async def listings(self, skus: Sequence[str] = ()) -> AsyncIterator[Sequence[Listing]]:
        await self.is_open.wait()
        if self.down:
            raise ChannelError(self.name, self.down)
        for sku, number in list(self.shows.items()):
            yield [Listing(sku, f"{self.name}-{sku}", number, "it keeps no count" if sku in self.broken else "")]


@dataclass(frozen=True)
class Place:
    """A room with two shops; SAME agrees in both, MUG is on shopify alone, TEE differs."""

    room: Room
    shopify: ReadShop
    amazon: ReadShop

    async def adopt(self, user: str = "operator", channel: str = "shopify") -> Message:
        """Ask for a dry run; the message with what it found."""
        delivery = await self.room.person.command(user, "#stock", f"adopt {channel}", "/channels")
        assert delivery.ok, delivery
        assert not delivery.refused, delivery
        return self.room.slack.ephemerals(user)[-1]

    async def press(self, message: Message, action: str, by: SlackClient | None = None) -> str:
        """Press the button; what the message says then."""
        delivery = await (by or self.room.person).click("operator", message, action)
        assert delivery.ok, delivery
        return shown(self.now(message))

    def now(self, message: Message) -> Message:
        """The message as it is by now."""
        return next(each for each in self.room.slack.ephemerals("operator") if each.ts == message.ts)

    async def on_hand(self) -> dict[str, int]:
        """What is set, by SKU."""
        page = await self.room.store.list_levels("", 100)
        return {level.sku: level.stock.physical for level in page.items if level.stock.managed}

    def everybody_was_told(self, text: str) -> bool:
        return any(text in message.text for message in self.room.slack.messages("#stock"))

    async def outcome(self) -> str:
        """What everybody is told once it is over."""
        await until(lambda: self.everybody_was_told("as the first stock of"))
        return shown(self.room.slack.messages("#stock")[-1])


@asynccontextmanager
async def a_place(path: Path, installation: Workspace = HOME) -> AsyncIterator[Place]:
    shopify = ReadShop("shopify", shows={"SAME": 5, "MUG": 7, "TEE": 9})
    amazon = ReadShop("amazon", shows={"SAME": 5, "TEE": 4})
    async with a_room(path, installation, channels=(shopify, amazon)) as room:
        yield Place(room, shopify, amazon)


async def channels(here: Place) -> str:
    """What `/channels` says."""
    delivery = await here.room.person.command("operator", "#stock", "", "/channels")
    return delivery.answer


def last_private(here: Place) -> Message:
    """What was said last to the operator alone."""
    return here.room.slack.ephemerals("operator")[-1]


def labels(form: dict[str, Any]) -> list[str]:
    """What the form asks for."""
    return [block["label"]["text"] for block in form["blocks"] if block["type"] == "input"]
