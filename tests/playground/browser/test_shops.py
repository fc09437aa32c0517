"""What a buyer and an operator do in the shops, and what everybody sees of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.playground.browser.looking import Looking, looking, take_picture

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHOPS = ("Shopify", "Amazon", "WooCommerce")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Looking]:
    async with looking(tmp_path_factory.mktemp("data")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(visit: Looking) -> AsyncIterator[Page]:
    async with visit.page() as opened:
        yield opened


@pytest.mark.parametrize(
    ("shop", "sku", "shows"),
    [("Shopify", "TOTE-CANVAS", 70), ("Amazon", "POSTER-A2", 22), ("WooCommerce", "TEE-RED-L", 26)],
)
async def test_five_that_are_bought_in_one_shop_are_gone_in_all(page: Page, shop: str, sku: str, shows: int) -> None:
    await page.get_by_role("button", name=f"Buy 5 of {sku} on {shop}").click()

    for each in SHOPS:
        await expect(_shown(page, each, sku)).to_have_text(str(shows))
    await expect(_card(page, shop)).to_contain_text(f"5 × {sku}")
    await _card(page, shop).get_by_role("button", name="Cancel").click()
    for each in SHOPS:
        await expect(_shown(page, each, sku)).to_have_text(str(shows + 5))


@pytest.mark.parametrize(("button", "left"), [("Refund 1", 56), ("Refund 1, damaged", 55)])
async def test_a_refund_puts_a_unit_back_or_leaves_it_out(page: Page, button: str, left: int) -> None:
    on_hand = page.locator("#stock tr", has_text="TEE-NAVY-M").locator("td").first
    before = int(await on_hand.inner_text())
    await page.get_by_role("button", name="Buy 5 of TEE-NAVY-M on Shopify").click()
    await expect(on_hand).to_have_text(str(before - 5))
    await _card(page, "Shopify").get_by_role("button", name=button, exact=True).click()
    await expect(_card(page, "Shopify")).to_contain_text("4 × TEE-NAVY-M")
    await expect(on_hand).to_have_text(str(before - 60 + left))


async def test_a_bundle_is_marked_as_what_its_parts_allow(page: Page) -> None:
    marked = page.locator("#stock .tag", has_text="bundle")

    await expect(marked).to_have_count(1)
    await expect(marked).to_have_attribute("title", "What its parts allow: 1 x MUG-WHITE and 1 x MUG-BLACK")


async def test_what_one_does_another_sees(visit: Looking, page: Page) -> None:
    async with visit.page() as other:
        await page.get_by_role("button", name="Buy 1 of MUG-BLACK on WooCommerce").click()

        await expect(_shown(other, "Amazon", "MUG-BLACK")).to_have_text("7")


async def test_a_damaged_return_asks_a_person_and_does_not_go_back_on_sale(page: Page) -> None:
    await page.get_by_role("button", name="Buy 1 of MUG-WHITE on Amazon").click()
    await expect(_shown(page, "Shopify", "MUG-WHITE")).to_have_text("35")
    await _card(page, "Amazon").get_by_label("State of the returned unit").select_option("WAREHOUSE_DAMAGED")
    await _card(page, "Amazon").get_by_role("button", name="Return 1").click()
    alert = page.locator(".message", has_text="MUG-WHITE").last
    await expect(alert.get_by_role("button", name="Write off")).to_be_visible()
    await alert.get_by_role("button", name="Restock").click()

    await expect(_shown(page, "Shopify", "MUG-WHITE")).to_have_text("36")


async def test_a_shop_that_is_offline_is_owed_and_told_when_it_is_back(page: Page) -> None:
    offline = _card(page, "Amazon").get_by_role("button", name="Offline")
    await offline.click()
    await expect(offline).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Buy 5 of SOCKS-STRIPED on Shopify").click()
    await expect(_card(page, "Amazon")).to_contain_text("1 to be told")
    await expect(page.locator("#stock tr", has_text="SOCKS-STRIPED")).to_contain_text("→ 105")
    assert await page.evaluate("document.documentElement.scrollWidth") == 1280
    await take_picture(page, "offline")
    await offline.click()

    await expect(_shown(page, "Amazon", "SOCKS-STRIPED")).to_have_text("105")
    await expect(_card(page, "Amazon")).not_to_contain_text("to be told")


async def test_a_listing_edited_behind_our_back_is_put_right_and_told_of(page: Page) -> None:
    await _shown(page, "Shopify", "CAP-BLUE").click()
    dialog = page.get_by_role("dialog", name="Edit the listing")
    await dialog.get_by_role("spinbutton").fill("90")
    await dialog.get_by_role("button", name="Set it there").click()

    await expect(page.locator(".message", has_text="CAP-BLUE").first).to_be_visible()
    await expect(_shown(page, "Shopify", "CAP-BLUE")).to_have_text("25")


async def test_what_the_shop_refuses_is_said_in_a_line(page: Page) -> None:
    button = page.get_by_role("button", name="Buy 5 of HOODIE-GREY-L on Amazon")
    await button.click()
    await expect(_shown(page, "Amazon", "HOODIE-GREY-L")).to_have_text("2")
    await button.click()

    await expect(page.locator("#toast")).to_have_text("HOODIE-GREY-L: 5 wanted, 2 left")


def _card(page: Page, shop: str) -> Locator:
    return page.get_by_role("article", name=shop)


def _shown(page: Page, shop: str, sku: str) -> Locator:
    return page.locator("#stock tr", has_text=sku).locator(f"td[data-label='{shop}'] .shows")
