"""What a listing showed when it was found is good enough to be compared on the way, and for nothing else."""

from __future__ import annotations

from tests.core.marketplaces.support import open_shop, want
from tests.core.marketplaces.test_shopify_catalogue import settled, stock


async def test_what_changed_since_the_whole_shop_was_read_is_read_again_before_it_is_set() -> None:
    async with open_shop() as world:
        skus = stock(world, 400)
        await world.shopify.push([want(sku, 7) for sku in skus[:250]])
        await settled(world)
        world.shop.buy([("SKU-300", 1)])
        before = len(world.documents())

        pushed = await world.shopify.push([want(sku, 7) for sku in skus[250:]])

        assert all(each.ok for each in pushed)
        assert world.documents()[before:] == ["SetQuantities", "ReadLevels", *["SetQuantities"] * 3]
        assert {world.shop.quantity(sku) for sku in skus} == {7}
        await world.shopify.close()


async def test_what_shows_the_right_number_in_the_whole_shop_is_looked_at_and_not_set() -> None:
    async with open_shop() as world:
        skus = stock(world, 400)
        await world.shopify.push([want(sku, 7) for sku in skus[:250]])
        await settled(world)
        before = len(world.documents())

        for _ in range(2):
            pushed = await world.shopify.push([want(sku, n) for n, sku in enumerate(skus) if n >= 250])

        assert all(each.ok for each in pushed)
        assert world.documents()[before:] == ["ReadLevels"] * 2
        await world.shopify.close()
