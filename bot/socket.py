"""Socket Mode: the same handlers over a connection that we open, for machines that Slack cannot reach."""

from __future__ import annotations

import asyncio
import logging

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.slack import Slack, log

_log = logging.getLogger(__name__)


async def run_socket(app: AsyncApp, app_token: str, slack: Slack) -> None:
    """Stay connected until cancelled; while Slack does not answer, try again."""
    handler = AsyncSocketModeHandler(app, app_token, logger=log, web_client=slack.web, proxy=slack.web.proxy)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        _log.info("connected to Slack by Socket Mode")
        await asyncio.Event().wait()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
