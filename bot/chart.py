"""The digest's chart as a picture: drawn by a short-lived process, so that neither the loop nor our memory pays."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from pathlib import Path

from bot import drawing
from bot.errors import SlackFailure
from bot.people import Workspace
from bot.slack import Posted, Slack
from bot.views import chart
from core.digest import DigestFacts
from core.errors import SyncStateError

_log = logging.getLogger(__name__)
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST = 2_000_000
_NAME = "stock-digest.png"
PROGRAM = (sys.executable, "-I", "-W", "ignore", str(Path(drawing.__file__)))


class NoChartError(SyncStateError):
    """The chart could not be drawn, and why."""


async def draw(facts: DigestFacts, program: tuple[str, ...] = PROGRAM, seconds: float = drawing.SECONDS) -> bytes:
    """The PNG, within so many seconds; NoChartError. The process knows what it draws and nothing else of ours."""
    with tempfile.TemporaryDirectory(prefix="syncstate-chart-") as place:
        env = {"MPLBACKEND": "Agg", "MPLCONFIGDIR": place, "HOME": place, "OPENBLAS_NUM_THREADS": "1"}
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *program, stdin=pipe, stdout=pipe, stderr=nothing, cwd=place, env=env
            )
        except OSError as error:
            raise NoChartError(f"its process does not start: {error.strerror}") from error
        try:
            async with asyncio.timeout(seconds):
                picture, _ = await process.communicate(json.dumps(chart.drawing(facts)).encode())
        except TimeoutError:
            raise NoChartError(f"it was not drawn within {seconds:g} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode or not picture.startswith(_PNG) or len(picture) > _MOST:
        raise NoChartError(f"its process ended with {process.returncode} and {len(picture):,} bytes")
    return picture


async def add_chart(slack: Slack, workspace: Workspace, facts: DigestFacts, below: Posted) -> None:
    """Put the picture into the thread below the digest, with its words; a digest without one is whole."""
    try:
        picture = await draw(facts)
        file_id = await slack.upload(workspace, _NAME, picture, chart.in_words(facts))
        await slack.share(workspace, file_id, chart.TITLE, below)
    except (NoChartError, SlackFailure) as error:
        _log.warning("the digest has no picture: %s", error)
