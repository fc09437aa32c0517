"""A push to a WooCommerce shop of which a part fails: what is still on its way, and what becomes of the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from core.errors import ChannelError
from core.marketplaces.woocommerce import WooCommerce
from tests.core.marketplaces.support import want
from tests.core.stand_ins import Gate
from tests.core.woo_house import WooWorld, open_woo


class Failing(httpx2.AsyncBaseTransport):
    """A way to the shop that answers 500 to changes below the `bad` paths; the others wait at the gate."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, *bad: str) -> None:
        self.inner = inner
        self.bad = bad
        self.gate = Gate()
        self.refused = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST" and any(part in request.url.path for part in self.bad):
            self.refused += 1
            return httpx2.Response(500, request=request)
        if request.method == "POST":
            await self.gate()
        return await self.inner.handle_async_request(request)


@pytest.fixture
async def world() -> AsyncIterator[WooWorld]:
    async with open_woo() as found:
        yield found


def through(world: WooWorld, way: Failing) -> WooCommerce:
    return world.over(httpx2.AsyncClient(transport=way))


def inner(world: WooWorld) -> httpx2.AsyncBaseTransport:
    return world.woo._client._transport  # noqa: SLF001 - the same network


async def test_nothing_of_a_push_is_on_its_way_any_more_once_it_has_ended(world: WooWorld) -> None:
    tee = world.site.add_variable("TEE")
    world.site.add_variation(tee, "TEE-S", 9)
    world.site.add_product("MUG", 9)
    way = Failing(inner(world), f"/products/{tee.id}/")

    pushing = asyncio.ensure_future(through(world, way).push([want("TEE-S", 1), want("MUG", 2)]))
    await way.gate.reached()
    for _ in range(50):
        await asyncio.sleep(0)
    assert not pushing.done()
    way.gate.open()
    await asyncio.gather(pushing, return_exceptions=True)
    assert world.site.quantity("MUG") == 2


async def test_a_product_whose_plug_in_breaks_holds_up_no_other(world: WooWorld) -> None:
    tee = world.site.add_variable("TEE")
    world.site.add_variation(tee, "TEE-S", 9)
    world.site.add_product("MUG", 9)
    way = Failing(inner(world), f"/products/{tee.id}/")
    way.gate.open()

    tee_s, mug = await through(world, way).push([want("TEE-S", 1), want("MUG", 2)])

    assert (mug.ok, world.site.quantity("MUG")) == (True, 2)
    assert (tee_s.ok, tee_s.final, tee_s.lost, tee_s.error) == (False, False, True, "it is not available (500)")


async def test_a_shop_that_breaks_at_one_product_after_the_other_is_left_alone(world: WooWorld) -> None:
    for number in range(20):
        world.site.add_variation(world.site.add_variable(f"P{number}"), f"V{number}", 9)
    way = Failing(inner(world), "/variations/batch")
    with pytest.raises(ChannelError, match="500"):
        await through(world, way).push([want(f"V{number}", 1) for number in range(20)])
    assert way.refused < 10


async def test_where_no_part_is_answered_the_shop_is_not(world: WooWorld) -> None:
    world.site.add_product("MUG", 9)
    with pytest.raises(ChannelError, match="500"):
        await through(world, Failing(inner(world), "/products/batch")).push([want("MUG", 2)])
