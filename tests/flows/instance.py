"""A real `syncstate serve` in a process of its own, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

_START_SECONDS = 30.0


@dataclass(slots=True)
class Instance:
    """One running instance on `port`; `env` is all it knows."""

    env: Mapping[str, str]
    port: int
    folder: Path
    process: asyncio.subprocess.Process | None = None
    http: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=10.0)

    def whole_env(self) -> dict[str, str]:
        """All variables that its processes see."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**keep, "PYTHONPATH": str(Path(__file__).parents[2]), **self.env, "PORT": str(self.port)}

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli",
            "serve",
            cwd=self.folder,
            env=self.whole_env(),
            stderr=asyncio.subprocess.DEVNULL,
        )
        await until(self._ready, _START_SECONDS)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end, and close what we hold."""
        await self._end(signal.SIGTERM)
        await self.http.aclose()

    async def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is not None and process.returncode is None:
            process.send_signal(number)
            await process.wait()

    async def _ready(self) -> bool:
        if self.process is None or self.process.returncode is not None:
            raise RuntimeError("the instance ended at its start")
        try:
            return (await self.http.get("/readyz")).status_code == httpx2.codes.OK
        except httpx2.HTTPError:
            return False


async def until(condition: object, within: float) -> None:
    """Wait until the condition (a function, plain or async) is true; TimeoutError when it never is."""
    async with asyncio.timeout(within):
        while True:
            answer = condition() if callable(condition) else condition
            if asyncio.iscoroutine(answer):
                answer = await answer
            if answer:
                return
            await asyncio.sleep(0.02)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
