"""`/channels` through signed requests: looked at by everybody, arranged by those who may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.people import Workspace
from bot.words import channel_rule
from core.errors import BadInput
from core.house import House
from core.ports import Listing, Store
from core.rules import Rule
from playground.slack.clock import HandClock
from tests.bot.room import HOME, Room, a_room, house_ids, text_of
from tests.core.stand_ins import StandInChannel, until


@dataclass
class ReadShop(StandInChannel):
    """A channel that can be read back, once it is open."""

    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    async def listings(self, skus: Sequence[str] = ()) -> AsyncIterator[Sequence[Listing]]:
        await self.is_open.wait()
        yield [Listing("TEE", "shopify-TEE", 3)]


@asynccontextmanager
async def a_shop(path: Path, installation: Workspace = HOME) -> AsyncIterator[tuple[Room, StandInChannel]]:
    shop = StandInChannel("shopify")

    def house_of(store: Store, clock: HandClock) -> House:
        return House(
            store,
            marketplaces=(shop,),
            tellable=(shop,),
            clock=clock,
            sleep=asyncio.sleep,
            fresh_id=house_ids("id"),
            owner="test",
        )

    async with a_room(path, installation, house=house_of) as room:
        yield room, shop


async def ask(room: Room, text: str = "", user: str = "operator") -> str:
    delivery = await room.person.command(user, "#stock", text, "/channels")
    assert delivery.ok, delivery
    return text_of(dict(delivery.json()))


async def test_every_channel_is_on_one_line(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (room, _):
        assert "*shopify*: not told anything yet" in await ask(room)


async def test_whoever_pauses_a_channel_is_named_until_it_is_resumed(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (room, _):
        who = f"<@{room.id_of('operator')}>"

        assert f"{who} paused *shopify*" in await ask(room, "pause shopify")
        assert f"paused by {who}" in await ask(room)
        assert f"{who} resumed *shopify*" in await ask(room, "resume Shopify")
        assert "paused" not in (await ask(room)).replace("pause NAME", "")


async def test_the_card_shows_the_arithmetic_of_a_rule_and_who_paused_it(tmp_path: Path) -> None:
    async with a_room(tmp_path, channels=(StandInChannel("amazon"), StandInChannel("shopify"))) as room:
        await room.say("set ABC-1 50")
        await room.say("buffer ABC-1 5")
        await ask(room, "rule shopify percent=90 max=30")
        await ask(room, "pause amazon ABC-1")

        card = text_of(await room.say("ABC-1"))

        assert "lists 50 - 5 = 45, 90 % = 40, at most 30" in row_of("shopify", card)
        assert f"paused by <@{room.id_of('operator')}>" in row_of("amazon", card)

        await ask(room, "resume amazon ABC-1")
        await ask(room, "rule shopify default")
        card = text_of(await room.say("ABC-1"))
        assert "lists" not in card
        assert "paused by" not in row_of("amazon", card)


async def test_a_rule_is_said_in_words(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (room, _):
        assert "It lists 90 %, at most 30." in await ask(room, "rule shopify percent=90 max=30")
        assert "lists 90 %, at most 30" in await ask(room)
        assert "It lists the whole stock." in await ask(room, "rule shopify default")


async def test_a_reconcile_begins_or_says_why_it_cannot(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (room, _):
        assert "cannot be read back" in await ask(room, "reconcile shopify")
        assert "must be one of shopify" in await ask(room, "reconcile ebay")


async def test_a_reconcile_that_takes_long_tells_the_caller_later_what_it_came_to(tmp_path: Path) -> None:
    shop = ReadShop()
    async with a_room(tmp_path, channels=(shop,)) as room:
        who = f"<@{room.id_of('operator')}>"

        assert "Reconciling *shopify*" in await ask(room, "reconcile shopify")
        assert f"reconciling for 1 min by {who}: 0 looked at" in await ask(room)
        shop.is_open.set()

        await until(lambda: any("reconciled: 1 listing looked at" in said for said in room.private()))
        assert "reconciling" not in await ask(room)


async def test_one_sku_can_be_paused_alone(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (room, shop):
        assert "has no stock set yet" in await ask(room, "pause shopify TEE")
        await room.house.service.adjust("TEE", "U1", low_at=1, physical=0)
        assert "paused `TEE` on *shopify*" in await ask(room, "pause shopify TEE")
        await room.say("set TEE 5")
        await room.say("set MUG 5")
        await room.house.follow_up.revisit(["TEE", "MUG"])

        assert shop.shows["MUG"] == 5
        assert shop.shows.get("TEE", 0) == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pause", "Usage: `/channels pause NAME [SKU]`"),
        ("pause ebay", "must be one of shopify"),
        ("rule shopify", "percent=, max= and cut_off="),
        ("rule shopify percent=101", "must be from 0 to 100"),
        ("dry-run shopify maybe", "on or off"),
        ("sing", "sing is not known; there are adopt, dry-run, help, pause"),
        ("puase shopify", "puase is not known; did you mean pause?"),
    ],
)
async def test_a_wrong_call_is_answered_with_the_usage(tmp_path: Path, text: str, says: str) -> None:
    async with a_shop(tmp_path) as (room, _):
        assert says in await ask(room, text)


async def test_only_operators_arrange_and_everybody_looks(tmp_path: Path) -> None:
    async with a_shop(tmp_path, replace(HOME, operators=frozenset({"U0000BOSS"}))) as (room, _):
        assert "can look but not change" in await ask(room, "pause shopify")
        assert "paused by" not in await ask(room)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (("amazon", "percent=90", "max=30", "cut_off=2"), ("amazon", "", Rule(90, 30, 2))),
        (("amazon", "TEE", "max=3"), ("amazon", "TEE", Rule(100, 3, 0))),
        (("amazon", "TEE", "default"), ("amazon", "TEE", None)),
    ],
)
def test_a_rule_is_read_from_words(words: tuple[str, ...], read: tuple[str, str, Rule | None]) -> None:
    assert channel_rule(words) == read


def test_a_rule_that_is_both_something_and_nothing_is_refused() -> None:
    with pytest.raises(BadInput):
        channel_rule(("amazon", "max=3", "default"))


def row_of(channel: str, card: str) -> str:
    return next(line for line in card.splitlines() if f"*{channel}*" in line)
