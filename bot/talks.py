"""Answers that go on after the first one: what is said later, through the response URL of a command or a click."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.call import Reply, Say
from bot.errors import SlackFailure
from bot.slack import Slack
from core.errors import SyncStateError

_log = logging.getLogger(__name__)


class Talks:
    """Keeps them going until each has said its last, or all are closed."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, url: str, reply: Reply) -> None:
        """Let the reply go on, where it has more to say and Slack is there to hear it."""
        if reply.later is None or not self._slack.may_respond(url):
            return
        task = asyncio.get_running_loop().create_task(self._go_on(url, reply.later))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Break them off."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _go_on(self, url: str, later: Callable[[Say], Awaitable[None]]) -> None:
        async def say(more: Reply) -> None:
            await self._slack.respond(url, more.content, public=more.public, replace=more.replace)

        try:
            await later(say)
        except (SlackFailure, SyncStateError) as error:
            _log.warning("a later answer was not given: %r", error)
