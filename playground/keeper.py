"""Keeping the app alive in a process of its own: started, watched, and started again whenever it ends."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeAlias

import httpx2

from playground.changes import Changes
from playground.errors import RefusedError
from settings import SettingsError

ROOT = Path(__file__).parents[1]
_LOOK_EVERY = 0.05
_BREATH = 0.5
_PATIENCE = 1.5  # whatever it has not finished by then, its next start finds


class Kept(Protocol):
    """The app as it runs: whether it answers, the id of its process, and how often it was started."""

    up: bool
    pid: int
    starts: int

    def kill(self) -> None:
        """End it at once, as `kill -9` does; RefusedError when there is nothing to kill."""

    def leave(self) -> None:
        """Tell it to end, and let it: it is not started again."""

    async def run(self, started: asyncio.Event) -> None:
        """Keep it running until cancelled; `started` is set once it answers. SettingsError when it never comes up."""


Keep: TypeAlias = Callable[[Mapping[str, str], httpx2.AsyncClient, Changes], Kept]


class Keeper:
    """Runs the app with the environment `env` and answers of it at `http`; ends and starts go to `changes`."""

    def __init__(self, env: Mapping[str, str], http: httpx2.AsyncClient, changes: Changes) -> None:
        self.up = False
        self.pid = 0
        self.starts = 0
        self._leaving = False
        self._env = dict(env)
        self._http = http
        self._changes = changes

    def kill(self) -> None:
        """End it with SIGKILL: it can write nothing down, close nothing and say nothing any more."""
        if not self.up:
            raise RefusedError("the app is not running just now")
        os.kill(self.pid, signal.SIGKILL)

    def leave(self) -> None:
        """Send SIGINT: nobody sends requests elsewhere first, as SIGTERM would give time for."""
        self._leaving = True
        if not self.up:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)

    async def run(self, started: asyncio.Event) -> None:
        """Keep it running until cancelled."""
        while not self._leaving:
            async with _process(self._env) as process:
                self.pid, self.starts = process.pid, self.starts + 1
                answering = asyncio.create_task(self._await_answer(started))
                try:
                    code = await process.wait()
                finally:
                    answering.cancel()
                    self._tell(up=False)
            if not started.is_set() and not self._leaving:
                raise SettingsError("the app", f"ended while it started (exit code {code}); try `syncstate serve`")
            await asyncio.sleep(_BREATH)

    async def _await_answer(self, started: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                if (await self._http.get("/readyz")).is_success:
                    break
            await asyncio.sleep(_LOOK_EVERY)
        self._tell(up=True)
        started.set()

    def _tell(self, *, up: bool) -> None:
        self.up = up
        self._changes.tell()


@asynccontextmanager
async def _process(env: Mapping[str, str]) -> AsyncIterator[Process]:
    """The app's process: it leaves with us, hears no Ctrl-C of ours, and is told to end when the block does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground.alone",
        cwd=ROOT, env=env, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
    if process.stdin is not None:
        process.stdin.close()
