"""Each story of the playground, begun by its button and followed to its end."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from playground.keeper import Keeper
from playground.stories import STORIES
from playground.stories.story import Story
from tests.playground.browser.looking import Looking, looking, take_picture

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDS = {
    "duplicates": "deliveries later 45 are on hand still, and every shop shows 40.",
    "flash_sale": "600 less 500 is 100 on hand, and every shop shows 95. Not one sold twice.",
    "slack_down": "s later: once.",
    "throttled": "Nothing was given up.",
    "killed": "200 less 60 is 140 on hand, and every shop shows 135: nothing lost, nothing twice.",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Looking]:
    async with looking(tmp_path_factory.mktemp("data"), Keeper) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(visit: Looking) -> AsyncIterator[Page]:
    async with visit.page() as opened:
        yield opened


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_story_is_told_and_proved(visit: Looking, page: Page, story: Story) -> None:
    await page.get_by_role("button", name=story.title).click()
    tale = page.locator("#tale")
    await expect(tale.get_by_role("heading", name=story.title)).to_be_visible()
    await expect(tale).to_have_attribute("data-progress", "running")
    await expect(tale).not_to_have_attribute("data-progress", "running", timeout=100_000)

    assert (await tale.locator("li").last.inner_text()).endswith(ENDS[story.name])
    await expect(tale).to_have_attribute("data-progress", "done")
    await take_picture(page, f"story-{story.name.replace('_', '-')}")


async def test_the_app_that_was_killed_is_another_process_on_the_page(visit: Looking, page: Page) -> None:
    before = await page.locator("#app").inner_text()
    visit.playground.kept.kill()
    await expect(page.locator("#app")).to_have_text("app: down")
    await expect(page.locator("#app")).to_contain_text("app: process")

    assert await page.locator("#app").inner_text() != before
