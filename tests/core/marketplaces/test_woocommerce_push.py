"""Telling a WooCommerce shop: which listing a SKU is, in how few calls, and what one bad row does to the others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import orjson
import pytest

from core.errors import NotConfigured
from core.ports import Want
from playground.faults import Fault
from playground.woocommerce.settings import SiteSettings
from tests.core.marketplaces.support import want
from tests.core.woo_house import WooWorld, open_woo


@pytest.fixture
async def world() -> AsyncIterator[WooWorld]:
    async with open_woo() as found:
        yield found


async def test_a_hundred_products_take_two_calls(world: WooWorld) -> None:
    for number in range(100):
        world.site.add_product(f"SKU-{number}", 5)
    pushed = await world.woo.push([want(f"SKU-{number}", number) for number in range(100)])
    assert all(each.ok for each in pushed)
    assert [world.site.quantity(f"SKU-{number}") for number in range(100)] == list(range(100))
    assert len(world.sent("POST")) == 1
    assert len(world.sent("GET")) <= 2


async def test_variations_go_to_their_own_product_and_come_back_as_links(world: WooWorld) -> None:
    tee, hat = world.site.add_variable("TEE"), world.site.add_variable("HAT")
    small = world.site.add_variation(tee, "TEE-S", 4)
    red = world.site.add_variation(hat, "HAT-RED", 4)
    mug = world.site.add_product("MUG", 4)
    pushed = await world.woo.push([want("TEE-S", 1), want("HAT-RED", 2), want("MUG", 3)])
    assert [each.listing for each in pushed] == [f"{tee.id}:{small.id}", f"{hat.id}:{red.id}", str(mug.id)]
    assert [world.site.quantity(sku) for sku in ("TEE-S", "HAT-RED", "MUG")] == [1, 2, 3]


async def test_what_shows_the_quantity_already_is_not_written(world: WooWorld) -> None:
    world.site.add_product("MUG", 4)
    (pushed,) = await world.woo.push([want("MUG", 4)])
    assert (pushed.ok, pushed.found, world.sent("POST")) == (True, 4, [])


async def test_one_that_sold_by_itself_is_left_alone_until_its_order_is_known(world: WooWorld) -> None:
    world.site.add_product("MUG", 4)
    (waiting,) = await world.woo.push([want("MUG", 9, expected=6)])
    assert (waiting.ok, waiting.final, waiting.found, world.site.quantity("MUG")) == (False, False, 4, 4)
    (lower,) = await world.woo.push([want("MUG", 3, expected=6)])
    assert (lower.ok, lower.found, world.site.quantity("MUG")) == (True, 4, 3)
    (overdue,) = await world.woo.push([Want("MUG", "", 9, 6, "k", overdue=True)])
    assert (overdue.ok, world.site.quantity("MUG")) == (True, 9)


async def test_every_bad_row_is_named_and_harms_no_other(world: WooWorld) -> None:
    shirt = world.site.add_variable("SHIRT", 9)
    world.site.add_variation(shirt, "SHIRT-S", None, managed="parent")
    for sku in ("TWICE", "TWICE", "GOOD"):
        world.site.add_product(sku, 1)
    world.site.add_product("FREE", None, managed=False)
    world.site.add_variable("SHELL")
    skus = ("TWICE", "FREE", "GHOST", "SHIRT-S", "SHELL", "A,B", "good", "GOOD")
    pushed = {each.sku: each for each in await world.woo.push([want(sku, 7) for sku in skus])}
    assert [sku for sku in skus if pushed[sku].ok] == ["GOOD"]
    assert all(pushed[sku].final for sku in skus[:-1])
    assert [sku for sku in skus if pushed[sku].unlisted] == ["GHOST", "good"]
    assert "2 products have this SKU" in pushed["TWICE"].error
    assert "Track stock quantity" in pushed["FREE"].error
    assert "parent product" in pushed["SHIRT-S"].error
    assert "give each variation its own" in pushed["SHELL"].error
    assert "comma" in pushed["A,B"].error
    assert world.site.quantity("GOOD") == 7


async def test_a_product_that_keeps_the_stock_of_its_variations_is_one_listing(world: WooWorld) -> None:
    shirt = world.site.add_variable("SHIRT", 9)
    for _ in range(2):
        world.site.add_variation(shirt, "", None, managed="parent")
    (pushed,) = await world.woo.push([want("SHIRT", 5)])
    assert (pushed.ok, pushed.listing) == (True, str(shirt.id))
    shown = [listing async for page in world.woo.listings() for listing in page]
    assert [(each.sku, each.listing, each.quantity, each.trouble) for each in shown] == [
        ("SHIRT", str(shirt.id), 5, "")
    ]


async def test_a_linked_product_is_told_whatever_its_sku_is_there(world: WooWorld) -> None:
    other = world.site.add_product("THEIRS", 1)
    (pushed,) = await world.woo.push([want("OURS", 7, listing=str(other.id))])
    assert (pushed.ok, world.site.quantity("THEIRS")) == (True, 7)


async def test_where_the_linked_product_is_gone_its_sku_is_looked_for(world: WooWorld) -> None:
    mug = world.site.add_product("MUG", 1)
    moved, lost = await world.woo.push([want("MUG", 7, listing="99999", expected=5), want("GHOST", 7, listing="99998")])
    assert (moved.ok, moved.listing, world.site.quantity("MUG")) == (True, str(mug.id), 7)
    assert (lost.ok, lost.final, lost.error) == (False, True, "the linked product does not exist any more")


async def test_two_skus_of_one_product_are_both_refused(world: WooWorld) -> None:
    mug = world.site.add_product("MUG", 1)
    pushed = await world.woo.push([want("MUG", 7), want("CUP", 3, listing=str(mug.id))])
    assert [(each.ok, each.error) for each in pushed] == [(False, "another SKU is linked to the same listing")] * 2


async def test_a_product_that_vanishes_between_reading_and_writing_is_its_own_row_error(world: WooWorld) -> None:
    mug = world.site.add_product("MUG", 1)
    world.site.add_product("TEE", 1)

    async def vanish(request: httpx2.Request) -> None:
        if request.method == "POST":
            world.site.products.by_id.pop(mug.id, None)

    transport = world.woo._client  # noqa: SLF001 - the same network, listened to
    transport.event_hooks = {"request": [vanish]}
    gone, kept = await world.woo.push([want("MUG", 7), want("TEE", 7)])
    assert (gone.ok, gone.unlisted, kept.ok) == (False, True, True)


async def test_a_hundred_and_one_rows_are_refused_by_the_stand_in_and_never_sent_by_us(world: WooWorld) -> None:
    async with httpx2.AsyncClient(transport=world.woo._client._transport) as client:  # noqa: SLF001 - the same network
        rows = [{"id": number, "stock_quantity": 1} for number in range(1, 102)]
        answer = await client.post(
            "http://woo.test/wp-json/wc/v3/products/batch", json={"update": rows}, auth=("ck_known", "cs_known")
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "woocommerce_rest_request_entity_too_large")
    assert world.woo.batch == 100


async def test_a_lost_reply_is_asked_for_once_more(world: WooWorld) -> None:
    world.site.add_product("MUG", 1)
    world.site.faults.switch_on(Fault.LOST_REPLY, times=1)
    (pushed,) = await world.woo.push([want("MUG", 7)])
    assert (pushed.ok, world.site.quantity("MUG")) == (True, 7)


async def test_a_key_that_may_only_read_is_found_out(world: WooWorld) -> None:
    async with open_woo(SiteSettings("ck_known", "cs_known", "hush", may_write=False)) as blind:
        (finding,) = await blind.woo.examine(mend=False)
        assert "Read/Write" in finding.advice
    assert [finding.problem for finding in await world.woo.examine(mend=False)] == ["", "", ""]


async def test_without_its_keys_the_setting_is_named() -> None:
    async with open_woo(secret="") as world:
        with pytest.raises(NotConfigured, match="WOOCOMMERCE_SECRET"):
            await world.woo.push([want("MUG", 1)])
        (finding,) = await world.woo.examine(mend=True)
        assert (finding.problem, world.woo.can_push) == ("WOOCOMMERCE_SECRET is not set", False)


async def test_all_listings_come_page_by_page_with_what_is_wrong_with_them(world: WooWorld) -> None:
    for number in range(130):
        world.site.add_product(f"SKU-{number:03}", number)
    tee = world.site.add_variable("TEE")
    for size in "SML":
        world.site.add_variation(tee, f"TEE-{size}", 2)
    world.site.add_product("", 3)
    world.site.add_product("SKU-000", 9)
    pages = [page async for page in world.woo.listings()]
    shown = [listing for page in pages for listing in page]
    assert (len(shown), max(map(len, pages))) == (134, 100)
    assert {each.sku: each.quantity for each in shown}["TEE-L"] == 2
    (twice,) = [each for each in shown if each.trouble]
    assert (twice.sku, twice.quantity) == ("SKU-000", 9)
    assert "2 products have this SKU" in twice.trouble
    asked = [each async for page in world.woo.listings(["TEE-S", "GHOST", "SKU-000"]) for each in page]
    assert [(each.sku, each.quantity, bool(each.trouble)) for each in asked] == [
        ("TEE-S", 2, False),
        ("GHOST", None, True),
        ("SKU-000", 0, True),
        ("SKU-000", 9, True),
    ]
    assert await world.woo.sku_of(next(each.listing for each in shown if each.sku == "TEE-L")) == "TEE-L"


async def test_paused_webhooks_are_said_and_left_and_missing_ones_are_made_with_our_secret(world: WooWorld) -> None:
    hooks = world.site.webhooks.hooks
    by_topic = {hook.topic: hook for hook in hooks.values()}
    by_topic["order.updated"].status = "paused"
    del hooks[by_topic["order.deleted"].id]
    looked = [finding for finding in await world.woo.examine(mend=False) if finding.problem]
    assert [(finding.check.rpartition(" ")[2], finding.mended) for finding in looked] == [
        ("order.updated", False),
        ("order.deleted", False),
    ]
    mended = [finding for finding in await world.woo.examine(mend=True) if finding.mended]
    assert [finding.check.rpartition(" ")[2] for finding in mended] == ["order.deleted"]
    made = next(hook for hook in hooks.values() if hook.topic == "order.deleted")
    assert (made.secret, made.url) == ("hush", "http://sync.test/webhook/woocommerce")
    assert orjson.loads(world.site.calls[-1].body or b"{}")["topic"] == "order.deleted"


async def test_without_our_own_address_a_disabled_webhook_is_said_all_the_same() -> None:
    async with open_woo(public_url="") as world:
        next(iter(world.site.webhooks.hooks.values())).status = "disabled"
        (finding,) = [each for each in await world.woo.examine(mend=True) if each.problem]
        assert "disabled it" in finding.problem
        assert "SYNCSTATE_PUBLIC_URL" in finding.advice
        assert world.sent("POST", "/webhooks") == []
