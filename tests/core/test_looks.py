"""What a SKU's listing shows is what the listing shows that the SKU is linked to."""

from __future__ import annotations

from pathlib import Path

from core.messages import Shown
from core.reconcile import Cause
from playground.shopify.catalog import Variant
from tests.core.shop_house import ShopHouse, open_shop_house
from tests.core.stand_ins import until
from tests.core.test_reconciler import reconcile


async def linked(here: ShopHouse, sku: str, variant: Variant, physical: int) -> None:
    """The SKU linked to the variant, which shows what is on hand."""
    await here.house.service.link(sku, {"shopify": f"gid://shopify/InventoryItem/{variant.item_id}"})
    await here.count(sku, physical)
    await until(lambda: shows(here, variant) == physical)
    here.shop.outbox.take_all()


def shows(here: ShopHouse, variant: Variant) -> int:
    return here.shop.catalog.level(variant.item_id).available


async def test_of_two_listings_of_a_sku_the_linked_one_is_held_against_the_book(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        ours, _ = here.shop.add_variant("A", 3), here.shop.add_variant("A", 9)
        await linked(here, "A", ours, 50)

        assert (await reconcile(here)).differ == 0

        await here.count("A", 20)
        await until(lambda: shows(here, ours) == 20)
        assert await here.is_calm()


async def test_what_another_listing_of_the_sku_is_said_to_show_is_no_news_of_the_linked_one(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        ours, other = here.shop.add_variant("A", 3), here.shop.add_variant("A", 3)
        await linked(here, "A", ours, 50)
        here.world.time.at += 120

        for units in (9, 77):
            news = Shown(f"gid://shopify/InventoryItem/{other.item_id}", "", units, here.world.time.at)
            await here.house.service.receive("shopify", [news])

        assert await here.is_calm()
        assert (await here.store.levels(["A"]))["A"].told["shopify"].low is None


async def test_a_linked_listing_that_has_another_sku_there_is_not_gone(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        theirs = here.shop.add_variant("THEIRS", 3)
        await linked(here, "OURS", theirs, 50)

        assert (await reconcile(here)).differ == 0

        here.shop.edit_listing("THEIRS", 77)
        here.shop.outbox.take_all()
        assert (await reconcile(here)).causes == {Cause.EDITED: 1}
        await until(lambda: shows(here, theirs) == 50)
