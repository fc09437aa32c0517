"""Setting a shop's quantities: found by SKU, compared and swapped, and never lost."""

from __future__ import annotations

import httpx2
import orjson
import pytest

from core.errors import ChannelError
from core.ports import Pushed
from playground.faults import Fault
from playground.shopify.app import shopify_app
from tests.core.marketplaces.support import ShopWorld, open_shop, want


async def test_many_skus_are_found_with_what_they_show_and_set_in_two_calls() -> None:
    async with open_shop() as world:
        for n in range(50):
            world.shop.add_variant(f"SKU-{n}", 10)
        pushed = await world.shopify.push([want(f"SKU-{n}", n + 11) for n in range(50)])
        assert all(each.ok for each in pushed)
        assert [each.listing for each in pushed] == [world.item(f"SKU-{n}") for n in range(50)]
        assert [world.shop.quantity(f"SKU-{n}") for n in range(50)] == [n + 11 for n in range(50)]
        assert world.documents() == ["FindItems", "SetQuantities"]


async def test_a_known_listing_with_a_known_quantity_takes_one_call() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        pushed = await world.shopify.push([want("A", 7, world.item("A"), expected=10)])
        assert pushed == [Pushed("A", ok=True, listing=world.item("A"), found=10)]
        assert world.documents() == ["SetQuantities"]
        assert world.shop.quantity("A") == 7


async def test_what_is_shown_already_is_not_sent() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 7)
        assert (await world.shopify.push([want("A", 7, world.item("A"))]))[0].ok
        assert world.documents() == ["ReadLevels"]


async def test_two_hundred_and_fifty_rows_go_in_one_call() -> None:
    async with open_shop() as world:
        for n in range(250):
            world.shop.add_variant(f"SKU-{n}", 1)
        wants = [want(f"SKU-{n}", 2, world.item(f"SKU-{n}"), expected=1) for n in range(250)]
        assert all(each.ok for each in await world.shopify.push(wants))
        assert world.documents() == ["SetQuantities"]


async def test_a_stale_row_is_read_back_and_set_while_the_others_go_at_once() -> None:
    async with open_shop() as world:
        world.shop.add_variant("GOOD", 10)
        world.shop.add_variant("STALE", 10)
        world.shop.buy([("STALE", 3)])
        wants = [want(sku, 5, world.item(sku), expected=10) for sku in ("GOOD", "STALE")]
        assert [each.ok for each in await world.shopify.push(wants)] == [True, True]
        assert (world.shop.quantity("GOOD"), world.shop.quantity("STALE")) == (5, 5)
        assert world.documents() == ["SetQuantities", "ReadLevels", "SetQuantities", "SetQuantities"]


async def test_every_call_has_its_own_key_and_names_it_in_the_shops_history() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.buy([("A", 1)])
        await world.shopify.push([want("A", 5, world.item("A"), expected=10)])
        sent = world.sent("SetQuantities")
        keys = [each["key"] for each in sent]
        uris = [each["input"]["referenceDocumentUri"] for each in sent]  # type: ignore[index]
        assert len(set(keys)) == len(keys) == 2
        assert uris == [f"gid://syncstate/Broadcast/{key}" for key in keys]


class Selling(httpx2.AsyncBaseTransport):
    """A network to a shop that sells one of A whenever quantities are set."""

    def __init__(self, world: ShopWorld) -> None:
        self._shop = world.shop
        self._inner = httpx2.ASGITransport(shopify_app(world.shop))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if b"SetQuantities" in await request.aread():
            self._shop.buy([("A", 1)])
        return await self._inner.handle_async_request(request)


async def test_a_listing_that_never_stands_still_is_given_up_after_a_few_rounds() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 1000)
        async with httpx2.AsyncClient(transport=Selling(world)) as client:
            pushed = await world.over(client).push([want("A", 5, world.item("A"), expected=1000)])
        assert [(each.ok, each.final) for each in pushed] == [(False, False)]
        assert pushed[0].error == "the listing kept changing while it was being set"


async def test_a_listing_that_never_stands_still_holds_up_no_other_and_goes_apart_from_then_on() -> None:
    skus = ["A", *(f"S{n}" for n in range(99))]
    async with open_shop() as world:
        for sku in skus:
            world.shop.add_variant(sku, 1000)
        async with httpx2.AsyncClient(transport=Selling(world)) as client:
            shopify = world.over(client)
            for quantity in (7, 5):
                shown = {sku: world.shop.quantity(sku) for sku in skus}
                before = len(world.sent("SetQuantities"))
                pushed = await shopify.push([want(s, quantity, world.item(s), expected=shown[s]) for s in skus])
                assert [each.sku for each in pushed if not each.ok] == ["A"]
                assert {world.shop.quantity(sku) for sku in skus[1:]} == {quantity}
        sizes = [len(each["input"]["quantities"]) for each in world.sent("SetQuantities")[before:]]  # type: ignore[index]
        assert sizes == [99, 1, 1, 1, 1]


async def test_an_unknown_sku_fails_for_good_and_alone() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        pushed = await world.shopify.push([want("NOWHERE", 5), want("A", 5)])
        assert pushed[0] == Pushed("NOWHERE", ok=False, error="no listing with this SKU", final=True, unlisted=True)
        assert pushed[1].ok


async def test_a_sku_that_two_listings_have_is_never_guessed() -> None:
    async with open_shop() as world:
        world.shop.add_variant("TWICE", 10)
        world.shop.add_variant("TWICE", 20)
        pushed = await world.shopify.push([want("TWICE", 5)])
        assert (pushed[0].ok, pushed[0].final) == (False, True)
        assert pushed[0].error.startswith("2 listings have this SKU")
        assert {variant.item_id for variant in world.shop.catalog.with_sku("TWICE")}
        assert world.documents() == ["FindItems"]


@pytest.mark.parametrize("linked", [False, True])
async def test_an_untracked_listing_fails_for_good(linked: bool) -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 0, tracked=False)
        pushed = await world.shopify.push([want("A", 5, world.item("A") if linked else "")])
        assert (pushed[0].ok, pushed[0].final) == (False, True)
        assert "not tracked" in pushed[0].error


@pytest.mark.parametrize("place", [0, 123, 249])
async def test_a_row_that_is_refused_without_its_place_is_found_and_holds_up_no_other(place: int) -> None:
    async with open_shop() as world:
        for n in range(250):
            world.shop.add_variant(f"SKU-{n}", 1)
        world.shop.catalog.bundles.add(world.shop.catalog.find(f"SKU-{place}").item_id)
        wants = [want(f"SKU-{n}", 2, world.item(f"SKU-{n}"), expected=1) for n in range(250)]
        pushed = await world.shopify.push(wants)
        assert [n for n, each in enumerate(pushed) if not each.ok] == [place]
        assert (pushed[place].final, "it is a bundle" in pushed[place].error) == (True, True)
        assert all(world.shop.quantity(f"SKU-{n}") == 2 for n in range(250) if n != place)
        assert len(world.documents()) <= 22


async def test_where_everything_is_refused_the_shop_is_soon_left_alone() -> None:
    async with open_shop() as world:
        for n in range(250):
            world.shop.catalog.bundles.add(world.shop.add_variant(f"SKU-{n}", 1).item_id)
        wants = [want(f"SKU-{n}", 2, world.item(f"SKU-{n}"), expected=1) for n in range(250)]
        with pytest.raises(ChannelError, match="it refused the quantities"):
            await world.shopify.push(wants)
        assert len(world.documents()) == 16


async def test_a_refusal_that_is_about_no_row_is_asked_for_once() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 1)
        said = {"code": "INVALID_REASON", "field": ["input", "reason"], "message": "The specified reason is invalid."}
        answer = orjson.dumps({"data": {"inventorySetQuantities": {"userErrors": [said]}}})
        asked: list[httpx2.Request] = []

        def refuse(request: httpx2.Request) -> httpx2.Response:
            asked.append(request)
            return httpx2.Response(200, content=answer)

        async with httpx2.AsyncClient(transport=httpx2.MockTransport(refuse)) as client:
            wants = [want(sku, 2, f"gid://shopify/InventoryItem/{n}", expected=1) for n, sku in enumerate("AB")]
            with pytest.raises(ChannelError, match="reason is invalid"):
                await world.over(client).push(wants)
        assert len(asked) == 1


async def test_a_thousand_changed_skus_take_no_more_than_eight_requests() -> None:
    async with open_shop() as world:
        skus = [f"SKU-{n}" for n in range(1000)]
        for sku in skus:
            world.shop.add_variant(sku, 10)
        sold = {sku for n, sku in enumerate(skus) if n % 100 == 0}
        for start in range(0, 1000, 250):
            wants = [want(sku, 7, world.item(sku), expected=10) for sku in skus[start : start + 250]]
            assert all(each.ok for each in await world.shopify.push(wants))
        assert len(world.documents()) == 4
        for sku in sold:
            world.shop.buy([(sku, 1)])
        before = len(world.documents())
        for start in range(0, 1000, 250):
            wants = [want(sku, 5, world.item(sku), 6 if sku in sold else 7) for sku in skus[start : start + 250]]
            assert all(each.ok for each in await world.shopify.push(wants))
        assert len(world.documents()) - before == 4
        assert sum(call.status == 200 for call in world.shop.calls) == 8


async def test_a_sku_is_compared_to_the_letter() -> None:
    odd = ["abc", "ABC", 'a "quoted" one', "back\\slash", "it's", "a OR b", "sku:x", "star*", "ümlaut 漢字", "(x) -y"]
    async with open_shop() as world:
        for n, sku in enumerate(odd):
            world.shop.add_variant(sku, 100 + n)
        pushed = await world.shopify.push([want(sku, n) for n, sku in enumerate(odd)])
        assert [(each.ok, each.error) for each in pushed] == [(True, "")] * len(odd)
        assert [world.shop.quantity(sku) for sku in odd] == list(range(len(odd)))


async def test_a_link_whose_item_is_gone_is_found_again_by_its_sku() -> None:
    gone = "gid://shopify/InventoryItem/404"
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.add_variant("B", 10)
        wants = [want("A", 5, gone, expected=10), want("B", 6, world.item("B"), expected=10)]
        pushed = await world.shopify.push(wants)
        assert [(each.ok, each.listing) for each in pushed] == [(True, world.item("A")), (True, world.item("B"))]
        assert (world.shop.quantity("A"), world.shop.quantity("B")) == (5, 6)


async def test_two_skus_linked_to_one_listing_are_both_refused() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        pushed = await world.shopify.push([want("A", 5, world.item("A")), want("B", 6, world.item("A"))])
        assert [(each.ok, each.final) for each in pushed] == [(False, True)] * 2
        assert world.shop.quantity("A") == 10


async def test_a_wrong_location_is_named() -> None:
    async with open_shop(location_id="gid://shopify/Location/1") as world:
        world.shop.add_variant("A", 10)
        known, unknown = await world.shopify.push([want("A", 5, world.item("A"), expected=10)]), want("A", 5)
        assert known[0].error == "the location in SHOPIFY_LOCATION_ID does not exist"
        assert "SHOPIFY_LOCATION_ID" in (await world.shopify.push([unknown]))[0].error


async def test_a_lost_reply_is_asked_for_again_under_the_same_key() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.faults.switch_on(Fault.LOST_REPLY, times=1)
        assert (await world.shopify.push([want("A", 5, world.item("A"), expected=10)]))[0].ok
        keys = [each["key"] for each in world.sent("SetQuantities")]
        assert len(keys) == 2
        assert len(set(keys)) == 1


async def test_a_lost_refusal_is_asked_for_again_under_a_new_key() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        world.shop.buy([("A", 1)])
        world.shop.faults.switch_on(Fault.LOST_REPLY, times=1)
        assert (await world.shopify.push([want("A", 5, world.item("A"), expected=10)]))[0].ok
        assert world.shop.quantity("A") == 5


async def test_replies_that_stay_lost_fail_the_push_and_the_next_one_finds_the_work_done() -> None:
    async with open_shop() as world:
        world.shop.add_variant("A", 10)
        wants = [want("A", 5, world.item("A"), expected=10)]
        world.shop.faults.switch_on(Fault.LOST_REPLY, times=2)
        with pytest.raises(ChannelError, match="did not answer in time"):
            await world.shopify.push(wants)
        assert (await world.shopify.push(wants))[0].ok
        assert world.shop.quantity("A") == 5
        assert world.documents() == ["SetQuantities", "SetQuantities", "SetQuantities", "ReadLevels"]
