"""Where instances come from: a process that has imported everything forks them, so that a start costs next to nothing.

Run as a program it obeys lines of JSON on its standard input, and answers each with a line. When that input ends, so do
its children: nothing outlives the harness, however it dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).parents[2]
_NEEDED = ("tests.faults.launcher", "core.stores.dynamodb", "uvicorn.protocols.http.httptools_impl")
_STARTED = "ready"


@dataclass(slots=True)
class Nursery:
    """The running forker, as the harness speaks to it."""

    process: asyncio.subprocess.Process
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fork(self, target: str, env: Mapping[str, str], folder: Path, log: Path) -> int:
        """The id of a fresh process that calls `module:function` with the environment."""
        what = {"target": target, "env": dict(env), "folder": str(folder), "log": str(log)}
        return int(await self._ask(what))

    async def has_ended(self, pid: int) -> bool:
        """Whether the process is gone; once it was, nobody may ask again."""
        return await self._ask({"ended": pid}) == "yes"

    async def _ask(self, what: Mapping[str, Any]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self.lock:
            self.process.stdin.write(orjson.dumps(what) + b"\n")
            await self.process.stdin.drain()
            answer = await self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the nursery has ended")
        return answer.decode().strip()


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery, until the block ends; then none of its children is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.nursery",
        cwd=ROOT,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if (await process.stdout.readline()).decode().strip() != _STARTED:
            raise RuntimeError("the nursery did not start")
        yield Nursery(process)
    finally:
        process.stdin.close()
        await process.wait()


def _main() -> None:
    for name in _NEEDED:
        importlib.import_module(name)
    gc.freeze()
    children: set[int] = set()
    _say(_STARTED)
    while line := sys.stdin.buffer.readline():
        asked = orjson.loads(line)
        _say(_ended(asked["ended"], children) if "ended" in asked else _fork(asked, children))
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)


def _fork(asked: Mapping[str, Any], children: set[int]) -> str:
    pid = os.fork()
    if pid == 0:
        _become(asked)
    children.add(pid)
    return str(pid)


def _ended(pid: int, children: set[int]) -> str:
    if os.waitpid(pid, os.WNOHANG) == (0, 0):
        return "no"
    children.discard(pid)
    return "yes"


def _become(asked: Mapping[str, Any]) -> None:
    code = 1
    with contextlib.suppress(BaseException):
        for descriptor, path in ((0, os.devnull), (1, asked["log"]), (2, asked["log"])):
            flags = os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
            os.dup2(os.open(path, flags, 0o644), descriptor)
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["env"])
        module, _, function = asked["target"].partition(":")
        try:
            getattr(sys.modules[module], function)(asked["env"])
            code = 0
        except BaseException:  # noqa: BLE001 - the outermost edge of the child: it says why it ends
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
