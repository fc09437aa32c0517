"""A running playground and a Chromium to look at its page with; what it shows may be kept as a picture."""

import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, FloatRect, Page, async_playwright, expect

from playground.keeper import Keep
from playground.run import Playground, read_settings, started
from playground.serving import listen
from tests.playground.running import InProcess
from tests.programs import MissingError, program

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = "SYNCSTATE_PICTURES"
_PATIENCE = 30_000
_COLOURS = 256


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody with a browser, and the playground that they look at."""

    playground: Playground
    browser: Browser

    @asynccontextmanager
    async def page(self, width: int = 1280, height: int = 800, *, dark: bool = False) -> AsyncIterator[Page]:
        """The page, opened in a browser of its own; it must raise no error and ask nobody but the playground."""
        wrong: list[str] = []
        opened = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        try:
            page = await opened.new_page()
            page.set_default_timeout(_PATIENCE)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            page.on("request", lambda asked: wrong.append(asked.url) if not self._is_ours(asked.url) else None)
            await page.goto(self.playground.address)
            await expect(page.locator("#live")).to_have_text("live")
            await expect(page.locator("#stock tr").first).to_be_visible()
            yield page
        finally:
            await opened.close()
        assert [each for each in wrong if "status of 409" not in each] == []

    def _is_ours(self, url: str) -> bool:
        return url.startswith((f"{self.playground.address}/", "data:"))


@asynccontextmanager
async def looking(folder: Path, keep: Keep = InProcess) -> AsyncIterator[Looking]:
    """A playground whose data is in the folder, and a Chromium; skips where there is none."""
    try:
        chromium = program("chromium")
    except MissingError as missing:
        pytest.skip(str(missing))
    expect.set_options(timeout=_PATIENCE)
    asked = read_settings({"SYNCSTATE_DATA_DIR": str(folder)}, 0)
    with listen(0) as listener:
        async with started(asked, listener, keep=keep) as playground, async_playwright() as play:
            browser = await play.chromium.launch(executable_path=chromium, args=list(SWITCHES))
            try:
                yield Looking(playground, browser)
            finally:
                await browser.close()


async def take_picture(page: Page, name: str, *, height: int = 0) -> None:
    """What the page shows now, or so many pixels of it from its top, kept small as `NAME.png` where that is wanted."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    part: FloatRect | None = {"x": 0, "y": 0, "width": width, "height": height} if height else None
    picture = await page.screenshot(animations="disabled", full_page=bool(height), clip=part)
    if folder := os.environ.get(PICTURES):
        few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(_COLOURS, kmeans=2)
        few.save(Path(folder) / f"{name}.png", optimize=True)
