"""`/stock link`: shown, checked, told at once, and only by who may."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.marketplaces.shopify import Shopify
from core.stock import Push
from tests.bot.room import HOME, Room, a_room, another_instance, text_of
from tests.core.stand_ins import StandInChannel, until


class StandInShop(StandInChannel):
    """One whose listings have ids like Shopify's."""

    listing_form = Shopify.listing_form


@pytest.fixture
def shopify() -> StandInChannel:
    return StandInShop("shopify")


async def test_a_link_is_told_by_name_and_the_channel_hears_the_stock(tmp_path: Path, shopify: StandInChannel) -> None:
    async with a_room(tmp_path, channels=(shopify,)) as room:
        await room.say("set ABC-1 7")

        answer = await room.say("link ABC-1 SHOPIFY=491")

        assert answer["response_type"] == "in_channel"
        assert f"<@{room.id_of('operator')}> linked `ABC-1`" in text_of(answer)

        async def is_told() -> bool:
            told = (await room.store.glance("ABC-1")).told.get("shopify")
            links = [want.listing for call in shopify.calls for want in call]
            return told is not None and told.status is Push.CONFIRMED and "gid://shopify/InventoryItem/491" in links

        await until(is_told)
        assert "• *shopify*:" in text_of(await room.say("link ABC-1"))
        assert (await room.say("link ABC-1"))["response_type"] == "ephemeral"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("link", "SKU is missing"),
        ("link ABC-1 491", "link is channel=id, which 491 is not"),
        ("link ABC-1 ebay=1", "channel ebay is not one of yours: shopify"),
        ("link ABC-1 shopify=abc", "shopify id is the number of an inventory item"),
        ("link red shirt shopify=1", "link is channel=id, which shirt is not"),
    ],
)
async def test_a_wrong_call_says_what_is_wrong(tmp_path: Path, shopify: StandInChannel, text: str, reason: str) -> None:
    async with a_room(tmp_path, channels=(shopify,)) as room:
        answer = await room.say(text)

        assert "Usage: `/stock link SKU channel=id ...`" in answer["text"]
        assert reason in answer["text"]
        assert (await room.store.glance("ABC-1")).links == {}


async def test_who_may_only_look_sees_the_links_and_changes_none(tmp_path: Path, shopify: StandInChannel) -> None:
    boss = replace(HOME, operators=frozenset({"U0000BOSS"}))
    async with a_room(tmp_path, boss, channels=(shopify,)) as room:
        assert "Listings of `ABC-1`" in text_of(await room.say("link ABC-1"))
        assert "You can look but not change" in text_of(await room.say("link ABC-1 shopify=491"))
        assert (await room.store.glance("ABC-1")).links == {}


async def test_an_old_link_sent_again_does_not_come_back(tmp_path: Path, shopify: StandInChannel) -> None:
    async with a_room(tmp_path, channels=(shopify,)) as room:
        old = await room.person.command("operator", "#stock", "link ABC-1 shopify=1")
        await room.say("link ABC-1 shopify=2")

        await room.person.replay(old)
        async with another_instance(room, channels=(shopify,)) as elsewhere:
            await elsewhere.replay(old)

        assert (await linked(room)) == "gid://shopify/InventoryItem/2"


async def test_a_link_is_forgotten_by_leaving_its_id_out(tmp_path: Path, shopify: StandInChannel) -> None:
    async with a_room(tmp_path, channels=(shopify,)) as room:
        await room.say("link ABC-1 shopify=1")
        await room.say("link ABC-1 shopify=")

        assert (await linked(room)) == ""


async def linked(room: Room) -> str:
    return (await room.store.glance("ABC-1")).links.get("shopify", "")
