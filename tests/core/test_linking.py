"""Listings of a SKU: checked, remembered, and told at once."""

from __future__ import annotations

import pytest

from core.errors import BadInput
from core.house import House
from core.linking import listing_id
from core.stock import Push
from parts import World
from plugs import PLUGS
from settings import Settings
from tests.core.stand_ins import StandInChannel, SteppedStore, until

WORLD = World()
CHANNELS = {plug.name: plug.make(Settings.from_env({}).given, WORLD) for plug in PLUGS}


@pytest.mark.parametrize(
    ("channel", "text", "listing"),
    [
        ("shopify", "491", "gid://shopify/InventoryItem/491"),
        ("shopify", "gid://shopify/InventoryItem/491", "gid://shopify/InventoryItem/491"),
        ("amazon", "B07XJ8C8F5", "B07XJ8C8F5"),
        ("shopify", "", ""),
        ("other", "12:34", "12:34"),
    ],
)
def test_an_id_is_written_as_its_channel_writes_it(channel: str, text: str, listing: str) -> None:
    assert listing_id(CHANNELS.get(channel, StandInChannel(channel)), text) == listing


@pytest.mark.parametrize(
    ("channel", "text"), [("shopify", "abc"), ("amazon", "b07"), ("other", "two words"), ("other", "x" * 201)]
)
def test_what_cannot_be_an_id_is_refused(channel: str, text: str) -> None:
    with pytest.raises(BadInput, match=f"{channel} id"):
        listing_id(CHANNELS.get(channel, StandInChannel(channel)), text)


async def is_told(store: SteppedStore) -> bool:
    """Whether Shopify has confirmed what it was told last."""
    return (await store.levels(["A"]))["A"].told["shopify"].status is Push.CONFIRMED


async def test_a_sku_that_is_linked_is_told_there_at_once(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    await house.service.adjust("A", "ann", physical=7)
    await until(store.is_done)
    told = len(shopify.calls)

    await house.service.link("A", {"shopify": "gid://shopify/InventoryItem/2"})

    await until(lambda: is_told(store))
    assert len(shopify.calls) > told
    (want,) = shopify.calls[-1]
    assert (want.listing, want.quantity, want.expected) == ("gid://shopify/InventoryItem/2", 7, None)


async def test_the_same_link_again_tells_nobody_anything(house: House, store: SteppedStore) -> None:
    await house.service.adjust("A", "ann", physical=7)
    await until(store.is_done)
    await house.service.link("A", {"shopify": "shopify-A"})
    await until(lambda: is_told(store))
    before = (await store.levels(["A"]))["A"].told

    await house.service.link("A", {"shopify": "shopify-A", "amazon": ""})

    assert (await store.levels(["A"]))["A"].told == before
