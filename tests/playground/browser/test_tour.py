"""What a first-time visitor does, with the mouse, with the keyboard, and on a phone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.playground.browser.looking import Looking, looking, take_picture

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Looking]:
    async with looking(tmp_path_factory.mktemp("data")) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(visit: Looking) -> AsyncIterator[Page]:
    async with visit.page() as opened:
        yield opened


async def test_four_clicks_sell_follow_ask_and_acknowledge(visit: Looking) -> None:
    async with visit.page() as page:
        await page.get_by_role("button", name="Buy 1", exact=True).click()
        steps = page.locator("#steps li")
        await expect(steps.nth(1)).to_contain_text("The other shops followed in")
        await steps.nth(2).get_by_role("button").click()
        mine = page.locator(".message.private")
        await expect(mine).to_contain_text("Only visible to you")
        await expect(mine).to_contain_text("TEE-RED-M")
        await steps.nth(3).get_by_role("button").click()
        await expect(page.locator("#entries tr", has_text="CAP-BLACK").first).to_contain_text("Slack")
        await take_picture(page, "alert")
        await page.get_by_role("button", name="Acknowledge").click()

        await expect(page.locator(".message").last).to_contain_text("Acknowledged by @operator")
        await expect(steps).to_have_class(["done"] * 4)
        await page.evaluate("scrollTo(0, 0)")
        await take_picture(page, "tour", height=1_330)  # down to what the ledger says of it


async def test_the_last_step_sells_low_again_what_ran_low_before(visit: Looking) -> None:
    async with visit.page() as page:
        for _ in range(2):
            await page.locator("#steps li").nth(3).get_by_role("button").click()
            await page.get_by_role("button", name="Acknowledge").click()

            await expect(page.locator(".message").last).to_contain_text("Acknowledged by @operator")


async def test_the_keyboard_is_enough(visit: Looking) -> None:
    async with visit.page() as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the command box")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.type("/sto")
        await expect(_offered(page).first).to_contain_text("/stock")
        await page.keyboard.press("Tab")
        await page.keyboard.type("MUG-B")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        command = page.get_by_role("combobox", name="Message or command")
        await expect(command).to_have_value("/stock MUG-BLACK ")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.private").last).to_contain_text("MUG-BLACK")
        await expect(command).to_have_value("")
        await page.keyboard.press("ArrowUp")

        await expect(command).to_have_value("/stock MUG-BLACK")
        assert await command.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


async def test_sub_commands_and_skus_are_offered_as_one_types(page: Page) -> None:
    command = page.get_by_role("combobox", name="Message or command")
    for typed, offered in (("/", "/channels"), ("/stock bu", "buffer"), ("/stock buffer TOTE", "TOTE-CANVAS")):
        await command.fill(typed)
        await expect(_offered(page).filter(has_text=offered).first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(_offered(page)).to_have_count(0)


async def test_a_form_says_under_the_field_what_is_wrong(page: Page) -> None:
    await _say(page, "/stock CAP-BLUE")
    card = page.locator(".message.private", has_text="CAP-BLUE")
    await card.get_by_role("button", name="Adjust stock").click()
    form = page.get_by_role("dialog", name="Adjust stock")
    await form.get_by_label("Take units").check()
    await form.get_by_label("How many?").fill("999")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("CAP-BLUE has 25 on hand, so 999 cannot be taken.")
    await expect(form.get_by_label("How many?")).to_be_focused()
    await take_picture(page, "form")
    await form.get_by_label("How many?").fill("3")
    await form.get_by_role("button", name="Save").click()

    await expect(_row(page, "CAP-BLUE").locator("td").first).to_have_text("22")
    await expect(page.locator("#modal")).to_contain_text("25")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_home_tab_opens_and_its_search_shows_a_card(page: Page) -> None:
    await page.get_by_role("button", name="Home").click()
    await expect(page.locator(".home")).to_contain_text("Stock")
    search = page.locator(".home input").first
    await search.fill("TOTE-CANVAS")
    await search.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("TOTE-CANVAS")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await take_picture(page, "home")


async def test_what_is_typed_in_the_home_tab_stays_while_the_tab_follows_what_changes(page: Page) -> None:
    await page.get_by_role("button", name="Home").click()
    search = page.locator(".home input").first
    await search.fill("TO")
    await expect(page.locator(".home")).not_to_contain_text("MUG-BLACK")
    await page.get_by_role("button", name="Buy 5 of MUG-BLACK on Amazon").dispatch_event("click")
    await expect(page.locator(".home")).to_contain_text("MUG-BLACK")

    await expect(search).to_be_focused()
    await page.keyboard.type("TE")
    await expect(search).to_have_value("TOTE")


async def test_a_phone_shows_everything_without_scrolling_sideways(visit: Looking) -> None:
    async with visit.page(390, 844) as page:
        await _say(page, "/stock TEE-RED-M")
        await expect(page.locator(".message.private").last).to_contain_text("TEE-RED-M")
        for width in (390, 360):
            await page.set_viewport_size({"width": width, "height": 844})
            assert await page.evaluate("document.documentElement.scrollWidth") == width
            for label in ("On hand", "Held back"):
                told = _row(page, "TOTE-CANVAS").locator(f'td[data-label="{label}"]')
                assert await told.evaluate("node => node.getClientRects()[0].height") < 30
        await page.evaluate("scrollTo(0, 0)")
        await take_picture(page, "phone")


@pytest.mark.parametrize("width", [760, 761, 860, 861, 1240, 1241])
async def test_no_width_makes_one_scroll_sideways(visit: Looking, width: int) -> None:
    async with visit.page(width, 900) as page:
        assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_the_page_is_dark_for_who_likes_it_dark(visit: Looking) -> None:
    async with visit.page(dark=True) as page:
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await take_picture(page, "dark")
        await page.emulate_media(color_scheme="light")

        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


async def _say(page: Page, words: str) -> None:
    await page.get_by_role("combobox", name="Message or command").fill(words)
    await page.keyboard.press("Enter")


def _offered(page: Page) -> Locator:
    return page.locator("#options").get_by_role("option")


def _row(page: Page, sku: str) -> Locator:
    return page.locator("#stock tr", has=page.get_by_text(sku, exact=True))
