"""One whole instance against a shop of the playground, in its own process, and what it takes of memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchmarks.shelf import stall_of
from core.house import House
from parts import World, make_house
from settings import Settings

_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class _Patient(World):
    """A world that waits for the stand-in, which does all of a bulk operation while it begins it."""

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(timeout=120.0)


def house_of(channel: str, url: str) -> House:
    """An instance that tells the channel at that address, with its file in the present folder."""
    env = dict(stall_of(channel).settings(url))
    return make_house(Settings.from_env({**env, "SYNCSTATE_DATA_DIR": "."}), _Patient(), follows=True)


def megabytes() -> float:
    """Resident memory of this process, on Linux."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096 / 2**20


async def most_megabytes(work: Awaitable[object]) -> float:
    """What this process held at most while the work was done."""
    doing = asyncio.ensure_future(work)
    most = megabytes()
    while not doing.done():
        await asyncio.sleep(_EVERY)
        most = max(most, megabytes())
    await doing
    return most
