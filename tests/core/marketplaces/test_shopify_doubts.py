"""A listing that shows too few units: it waits for the order that took them, and is put right when there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.ports import Pushed
from tests.core.marketplaces.support import ShopWorld, open_shop, want


async def push(world: ShopWorld, quantity: int, expected: int | None, **more: object) -> Pushed:
    asked = replace(want("A", quantity, world.item("A"), expected=expected), **more)  # type: ignore[arg-type]
    (pushed,) = await world.shopify.push([asked])
    assert not pushed.final
    return pushed


async def test_a_listing_that_sold_by_itself_is_not_raised_and_what_it_shows_is_said() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.buy([("A", 3)])
        pushed = await push(world, 9, expected=10)
        assert (pushed.ok, pushed.found, world.shop.quantity("A")) == (False, 7, 7)
        pushed = await push(world, 6, expected=7)
        assert (pushed.ok, pushed.found, world.shop.quantity("A")) == (True, 7, 6)


async def test_it_may_be_lowered_meanwhile() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.buy([("A", 3)])
        pushed = await push(world, 4, expected=10)
        assert (pushed.ok, pushed.found, world.shop.quantity("A")) == (True, 7, 4)


async def test_when_its_time_is_over_it_is_put_right() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.edit_listing("A", 7)
        pushed = await push(world, 9, expected=10, overdue=True)
        assert (pushed.ok, pushed.found, world.shop.quantity("A")) == (True, 7, 9)


async def test_a_listing_that_was_raised_by_hand_is_put_right_at_once() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.edit_listing("A", 50)
        pushed = await push(world, 9, expected=10)
        assert (pushed.ok, pushed.found, world.shop.quantity("A")) == (True, 50, 9)


async def test_what_a_lost_call_left_behind_is_no_order_of_the_shops() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 5)
        pushed = await push(world, 12, expected=10, tried=(5,))
        assert (pushed.ok, pushed.found, world.shop.quantity("A")) == (True, 5, 12)


async def test_one_that_shows_the_right_quantity_already_is_left_as_it_is() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 9)
        pushed = await push(world, 9, expected=10)
        assert (pushed.ok, pushed.found) == (True, 9)


@pytest.mark.parametrize("shows", [3, 30])
async def test_what_nothing_is_known_of_is_set_as_it_is_wanted(shows: int) -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", shows)
        pushed = await push(world, 9, expected=None)
        assert (pushed.ok, pushed.found, world.shop.quantity("A")) == (True, shows, 9)
