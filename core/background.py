"""Work that goes on beside everything else, one run at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.errors import SyncStateError

_log = logging.getLogger(__name__)


class Background:
    """Runs `work` when it is asked for; asked for again meanwhile, once more after that. Its failures are logged."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def begin(self) -> None:
        """See that it runs, from its start, after this moment."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Break it off."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._again:
            self._again = False
            try:
                await self._work()
            except SyncStateError as error:
                _log.warning("work in the background is put off: %s", error)
            except Exception:  # noqa: BLE001 - the outermost edge of this task: it is begun again when it is asked for
                _log.exception("work in the background failed in a way nobody foresaw")
