"""When a channel's terms change, all its SKUs are looked at, far ahead of what is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from core.ahead import work_ahead
from core.house import House
from core.rules import Rule
from tests.core.stand_ins import Gate, StandInChannel, SteppedStore, until

MANY = 600


async def pages(count: int) -> AsyncIterator[list[str]]:
    for number in range(count):
        yield [f"SKU-{number}"]


async def test_a_channel_that_is_slow_with_one_page_is_given_the_next_ones_and_holds_up_no_other(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    shopify.batch = 250
    skus = [f"SKU-{number:03}" for number in range(MANY)]
    await asyncio.gather(*[house.service.adjust(sku, "ann", physical=10) for sku in skus])
    await until(store.is_done)
    gate = amazon.before_set = Gate()
    for channel in ("amazon", "shopify"):
        await house.service.steering.set_rule(channel, Rule(percent=50), "ann")
    await until(lambda: set(shopify.shows.values()) == {5})
    assert set(amazon.shows.values()) == {10}
    gate.open()
    await until(lambda: set(amazon.shows.values()) == {5})


async def test_no_more_pages_than_that_are_worked_at_together() -> None:
    under_way, most = 0, 0

    async def work(page: Sequence[str]) -> Sequence[str]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return page

    assert sorted([str(each) async for each in work_ahead(pages(20), work, 3)]) == sorted(
        [str(each) async for each in pages(20)]
    )
    assert most == 3


async def test_what_fails_is_heard_of_and_the_rest_is_broken_off() -> None:
    gate = Gate()

    async def work(page: Sequence[str]) -> None:
        if page == ["SKU-2"]:
            raise ValueError("bad page")
        await gate()

    with pytest.raises(ValueError, match="bad page"):
        _ = [each async for each in work_ahead(pages(4), work)]
    assert gate.waiting == 3
