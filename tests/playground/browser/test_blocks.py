"""How the page draws what Slack can show, posted as any app would post it."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.seed import BOT_TOKEN
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


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


OPTIONS = [{"text": _plain("One hour"), "value": "1h"}, {"text": _plain("Tomorrow"), "value": "tomorrow"}]
CONFIRM = {
    "title": _plain("Write it off?"),
    "text": _plain("It is gone then."),
    "confirm": _plain("Do it"),
    "deny": _plain("No"),
}
BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": _plain("Every block")},
    {
        "type": "section",
        "text": _mrkdwn("*bold* _slanted_ ~struck~ `code` <https://example.com|a link> &amp; <script>"),
    },
    {"type": "section", "fields": [_mrkdwn("*On hand*\n48"), _mrkdwn("*Held back*\n5")]},
    {
        "type": "section",
        "text": _mrkdwn("beside"),
        "accessory": {"type": "overflow", "action_id": "more", "options": OPTIONS},
    },
    {"type": "divider"},
    {
        "type": "data_visualization",
        "title": "Sold",
        "chart": {
            "type": "bar",
            "series": [{"name": "Units", "data": [{"label": "Mon", "value": 3}, {"label": "Tue", "value": 7}]}],
            "axis_config": {"categories": ["Mon", "Tue"]},
        },
    },
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "off",
                "text": _plain("Write off"),
                "value": "x",
                "style": "danger",
                "confirm": CONFIRM,
            },
            {"type": "static_select", "action_id": "snooze", "placeholder": _plain("Snooze"), "options": OPTIONS},
        ],
    },
    {"type": "context", "elements": [_mrkdwn("in small print")]},
]


def _app(visit: Looking) -> AsyncWebClient:
    return AsyncWebClient(BOT_TOKEN, base_url=f"{visit.playground.address}/stand-ins/slack/api/")


async def test_every_block_is_drawn_and_text_stays_text(visit: Looking, page: Page) -> None:
    await _app(visit).chat_postMessage(channel="alerts", text="blocks", blocks=BLOCKS)
    message = page.locator(".message").last
    await expect(message.get_by_role("heading", name="Every block")).to_be_visible()
    await expect(message.locator("strong", has_text="bold")).to_be_visible()
    await expect(message.locator(".b-fields p")).to_have_count(2)
    await expect(message.get_by_role("link", name="a link")).to_have_attribute("rel", "noopener noreferrer")
    await expect(message).to_contain_text("& <script>")
    await expect(message.get_by_role("img", name="Units: Mon 3, Tue 7")).to_be_visible()
    await expect(message.locator(".b-context")).to_have_text("in small print")
    await expect(message.get_by_role("combobox")).to_have_count(2)
    await take_picture(page, "blocks")


async def test_a_button_that_asks_first_is_pressed_only_once_one_is_sure(visit: Looking, page: Page) -> None:
    await _app(visit).chat_postMessage(channel="alerts", text="blocks", blocks=BLOCKS)
    sent = visit.playground.outside.slack.deliveries
    before = len(sent)
    button = page.locator(".message").last.get_by_role("button", name="Write off")
    sure = page.get_by_role("dialog", name="Write it off?")
    await button.click()
    await sure.get_by_role("button", name="No").click()
    await expect(sure).to_have_count(0)
    assert len(sent) == before

    await button.click()
    await sure.get_by_role("button", name="Do it").click()
    await expect(sure).to_have_count(0)
    await visit.playground.outside.workspace.wait_for(lambda _: len(sent) == before + 1)
    assert b"off" in sent[-1].body


async def test_a_picture_that_is_shared_in_a_thread_is_seen(visit: Looking, page: Page) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 32), "teal").save(drawn, "png")
    said = await _app(visit).chat_postMessage(channel="digest", text="the digest")
    channel, ts = said["channel"], said["ts"]
    await _app(visit).files_upload_v2(
        content=drawn.getvalue(), filename="chart.png", title="Sold", alt_txt="7 sold", channel=channel, thread_ts=ts
    )
    await page.get_by_role("button", name="# digest").click()
    await expect(page.locator(".thread summary")).to_have_text("1 reply")
    picture = page.locator(".thread").get_by_role("img", name="7 sold")
    await expect(picture).to_be_visible()

    await expect(picture).to_have_js_property("naturalWidth", 64)  # once it has come
    answer = await page.request.get(f"{visit.playground.address}/playground/files/F404")
    assert answer.status == 404
