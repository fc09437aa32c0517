"""A listing that shows too few units: it waits for the order that took them, and is put right when there is none."""

from __future__ import annotations

import pytest

from core.errors import ChannelError
from core.marketplaces.shopify.doubts import PATIENCE
from playground.faults import Fault
from tests.core.marketplaces.support import ShopWorld, open_shop, want


async def push(world: ShopWorld, quantity: int, expected: int | None) -> bool:
    (pushed,) = await world.shopify.push([want("A", quantity, world.item("A"), expected=expected)])
    assert not pushed.final
    return pushed.ok


async def test_a_listing_that_sold_by_itself_is_not_raised_until_its_order_is_known() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.buy([("A", 3)])
        assert not await push(world, 9, expected=10)
        assert world.shop.quantity("A") == 7
        assert await push(world, 6, expected=7)
        assert world.shop.quantity("A") == 6


async def test_it_may_be_lowered_meanwhile() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.buy([("A", 3)])
        assert await push(world, 4, expected=10)
        assert world.shop.quantity("A") == 4


async def test_after_ten_minutes_without_an_order_it_is_put_right() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.edit_listing("A", 7)
        assert not await push(world, 9, expected=10)
        world.time.at += PATIENCE / 2
        assert not await push(world, 9, expected=10)
        world.time.at += PATIENCE / 2
        assert await push(world, 9, expected=10)
        assert world.shop.quantity("A") == 9


async def test_a_listing_that_was_raised_by_hand_is_put_right_at_once() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.edit_listing("A", 50)
        assert await push(world, 9, expected=10)
        assert world.shop.quantity("A") == 9


async def test_a_listing_that_shows_what_we_left_it_at_has_not_sold() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 13)
        assert await push(world, 9, expected=10)
        assert await push(world, 12, expected=12)
        assert world.shop.quantity("A") == 12


async def test_what_a_lost_call_left_behind_is_no_order_of_the_shops() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.faults.switch_on(Fault.LOST_REPLY, times=2)
        with pytest.raises(ChannelError):
            await push(world, 5, expected=10)
        assert await push(world, 12, expected=10)
        assert world.shop.quantity("A") == 12


async def test_what_nothing_is_known_of_is_set_as_it_is_wanted() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 3)
        assert await push(world, 9, expected=None)
        assert world.shop.quantity("A") == 9
