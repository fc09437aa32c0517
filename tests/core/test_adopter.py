"""A channel's quantities become the first stock: once, without a push, and never over what people have set."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.adopt import Conflict, Conflicts, Plan, Shelf, Unclear, decide
from core.adopter import Adopter
from core.errors import BadInput, NotConfigured
from core.stock import Part, Push
from tests.core.marketplaces.support import open_seller
from tests.core.shop_house import ShopHouse, open_shop_house
from tests.core.stand_ins import NOON
from upkeep import plan_table


async def adopt(here: ShopHouse) -> Plan:
    adopter = here.house.adopter
    plan = await adopter.plan("shopify", Conflicts.SKIP)
    await adopter.carry_out("shopify", plan, "adopt shopify")
    await here.settled()
    return plan


async def test_what_the_shop_shows_becomes_the_stock_and_nothing_is_sent(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("A", 12)
        here.shop.add_variant("B", 0)

        plan = await adopt(here)

        assert [(each.sku, each.quantity) for each in plan.adopted] == [("A", 12), ("B", 0)]
        level = (await here.store.levels(["A"]))["A"]
        assert (level.stock.physical, level.stock.managed, level.stock.version) == (12, True, 1)
        # A push would have been noted for the version that the adoption made.
        assert (level.told["shopify"].status, level.told["shopify"].version) == (Push.CONFIRMED, 0)


async def test_orders_after_it_count_and_are_known_to_have_lowered_the_listing(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("A", 12)
        await adopt(here)
        here.world.time.at += 60
        here.shop.buy([("A", 2)])
        await here.job("orders")
        await here.settled()

        assert await here.on_hand("A") == 10
        assert here.shop.quantity("A") == 10
        running = await here.house.service.steering.reconcile("shopify", "U1")
        assert await running.wait(10.0)
        assert (running.report.looked, running.report.differ) == (1, 0)


async def test_what_somebody_has_set_is_left_alone(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.stock("A", 50)
        here.shop.add_variant("B", 7)

        plan = await adopt(here)

        assert ([each.sku for each in plan.adopted], plan.managed) == (["B"], 1)
        assert await here.on_hand("A") == 50
        assert (await adopt(here)).adopted == ()


async def test_a_bundle_is_left_to_its_parts(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("KIT", 4)
        await here.stock("A", 12)
        await here.house.service.bundle("KIT", (Part("A", 2),), "U1")

        plan = await adopt(here)

        assert ([each.sku for each in plan.adopted], plan.managed) == ([], 2)
        assert await here.on_hand("A") == 12
        assert (await here.store.levels(["KIT"]))["KIT"].stock.physical == 6


async def test_a_sku_that_becomes_a_bundle_meanwhile_is_left_alone(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("KIT", 4)
        await here.stock("A", 12)
        plan = await here.house.adopter.plan("shopify", Conflicts.SKIP)
        await here.house.service.bundle("KIT", (Part("A", 2),), "U1")

        assert await here.house.adopter.carry_out("shopify", plan, "U1") == 0
        assert (await here.store.levels(["KIT"]))["KIT"].stock.physical == 6


async def test_a_link_that_somebody_made_survives(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("A", 12)
        await here.house.service.link("A", {"amazon": "B07XJ8C8F5"})

        await adopt(here)

        assert (await here.store.levels(["A"]))["A"].links["amazon"] == "B07XJ8C8F5"


async def test_a_channel_that_is_not_connected_says_nothing_against_it(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here, open_seller(seller_id="") as seller:
        here.shop.add_variant("A", 12)
        channels = (here.world.shopify, seller.amazon)
        adopter = Adopter(here.store, channels, here.house.service.submit, here.house.clock)

        assert [each.sku for each in (await adopter.plan("shopify", Conflicts.SKIP)).adopted] == ["A"]
        with pytest.raises(NotConfigured, match="AMAZON_SELLER_ID"):
            await adopter.plan("amazon", Conflicts.SKIP)


async def test_a_channel_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        with pytest.raises(BadInput, match="must be one of shopify"):
            await here.house.adopter.plan("ebay", Conflicts.SKIP)


SHOWN = {
    "SAME": {"shopify": Shelf(5, NOON), "amazon": Shelf(5, NOON + 1)},
    "DIFFERS": {"shopify": Shelf(9, NOON), "amazon": Shelf(4, NOON)},
    "ELSEWHERE": {"amazon": Shelf(3, NOON)},
    "BELOW": {"shopify": Shelf(-2, NOON)},
}


@pytest.mark.parametrize(
    ("rule", "adopted"),
    [
        (Conflicts.SKIP, {"SAME": 5}),
        (Conflicts.THIS, {"SAME": 5, "DIFFERS": 9}),
        (Conflicts.LOWEST, {"SAME": 5, "DIFFERS": 4}),
    ],
)
def test_conflicts_are_left_to_a_person_unless_one_has_decided(rule: Conflicts, adopted: dict[str, int]) -> None:
    plan = decide("shopify", SHOWN, rule)

    assert {each.sku: each.quantity for each in plan.adopted} == adopted
    assert plan.troubled == (Unclear("BELOW", "shows -2: count it"),)
    expected = (Conflict("DIFFERS", {"amazon": 4, "shopify": 9}),) if rule is Conflicts.SKIP else ()
    assert plan.conflicts == expected


def test_the_plan_reads_as_a_table() -> None:
    assert plan_table(decide("shopify", SHOWN, Conflicts.SKIP), dry_run=True) == [
        "SAME          5",
        "DIFFERS: conflict: amazon shows 4, shopify shows 9",
        "BELOW: not set: shows -2: count it",
        "1 SKU would be set, 1 in conflict, 1 not set, 0 set already.",
    ]
