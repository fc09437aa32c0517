"""Instances on one store: started, killed, stopped, frozen, and asked what they have on hand."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.faults.launcher import ARM, AT, BUILD, LATE, SKEW
from tests.faults.mail import AMAZON_SECRET, SHOPIFY_SECRET
from tests.faults.nursery import Nursery
from tests.flows.instance import free_port, until

__all__ = ["ARM", "AT", "AUTHORISED", "BUILD", "LATE", "SKEW", "Fleet", "Member", "fleet"]

_START, _END, _AUDIT = 60.0, 60.0, 180.0
TOKEN = "faults-token"
AUTHORISED = {"authorization": f"Bearer {TOKEN}"}
_PAGE = 200


@dataclass(slots=True)
class Member:
    """One instance of `syncstate serve` in a process of its own, on a port that it keeps."""

    nursery: Nursery
    folder: Path
    env: Mapping[str, str]
    port: int = field(default_factory=free_port)
    pid: int = 0
    http: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=20.0, headers=AUTHORISED)

    async def start(self, **more: str) -> None:
        """Start it, with these variables too, and wait until it is ready."""
        await self.begin(**more)
        await until(self.is_ready, _START)

    async def begin(self, **more: str) -> None:
        """Start it, and do not wait."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env = {**keep, **self.env, **more, "PORT": str(self.port)}
        log = self.folder / f"log-{self.port}"
        self.pid = await self.nursery.fork("tests.faults.launcher:launch", env, self.folder, log)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals) -> None:
        """Send it the signal, and wait until it is gone."""
        if self.pid:
            self.signal(number)
            await self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it the signal, and do not wait."""
        os.kill(self.pid, number)

    async def wait(self, within: float = _END) -> None:
        """Come back once the process is gone, whoever ended it."""
        pid, self.pid = self.pid, 0
        await until(lambda: self.nursery.has_ended(pid), within)

    async def has_died(self) -> bool:
        """Whether it ended by itself."""
        if self.pid and await self.nursery.has_ended(self.pid):
            self.pid = 0
        return not self.pid

    async def is_ready(self) -> bool:
        """Whether it says so."""
        if await self.has_died():
            raise RuntimeError(f"the instance ended: {self.said()[-2_000:]}")
        return await self.status("/readyz") == httpx2.codes.OK

    async def status(self, path: str) -> int:
        """What it answers there; 0 for no answer."""
        try:
            return (await self.http.get(path, timeout=5.0)).status_code
        except httpx2.HTTPError:
            return 0

    async def ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """What the REST API answers."""
        answer = await self.http.get(path)
        assert answer.status_code == httpx2.codes.OK, answer.text
        return answer.json()

    async def set_stock(self, stock: Mapping[str, int]) -> None:
        """Set what is on hand of each SKU."""
        for sku, units in stock.items():
            answer = await self.http.put(f"/api/inventory/{sku}", json={"physical": units})
            assert answer.status_code == httpx2.codes.OK, answer.text

    async def on_hand(self) -> dict[str, int]:
        """What there is of every SKU."""
        found: dict[str, int] = {}
        cursor = ""
        while True:
            page = await self.ask(f"/api/inventory?limit={_PAGE}&cursor={cursor}")
            found |= {row["sku"]: row["physical"] for row in page["items"]}
            cursor = page["cursor"]
            if not cursor:
                return found

    async def alerts(self) -> list[dict[str, Any]]:
        """The open alerts."""
        alerts: list[dict[str, Any]] = (await self.ask("/api/alerts/unread?limit=200"))["alerts"]
        return alerts

    def resident(self) -> float:
        """Resident memory in MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def said(self) -> str:
        """All that it wrote."""
        return (self.folder / f"log-{self.port}").read_text(errors="replace")


@dataclass(slots=True)
class Fleet:
    """Several instances."""

    members: list[Member]

    @property
    def one(self) -> Member:
        """The first of them."""
        return self.members[0]

    def ports(self) -> list[int]:
        """Where they listen."""
        return [member.port for member in self.members]

    async def audit(self) -> str:
        """What `syncstate audit` says beside them; "" when it finds nothing."""
        member = self.one
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        log = member.folder / "audit"
        log.write_text("")
        env = {**keep, **member.env}
        pid = await member.nursery.fork("tests.faults.launcher:audit", env, member.folder, log)
        await until(lambda: member.nursery.has_ended(pid), _AUDIT)
        said = log.read_text()
        return "" if " 0 faults found" in said else said.partition("Traceback (")[0]


@asynccontextmanager
async def fleet(
    nursery: Nursery, folder: Path, env: Mapping[str, str], size: int = 1, *, start: bool = True
) -> AsyncIterator[Fleet]:
    """So many instances with these variables, started one after the other; none is left when the block ends."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    said = {
        "SYNCSTATE_API_TOKENS": f"faults:admin:{TOKEN}",
        "SHOPIFY_WEBHOOK_SECRET": SHOPIFY_SECRET,
        "AMAZON_WEBHOOK_SECRET": AMAZON_SECRET,
        **env,
    }
    made = Fleet([Member(nursery, folder, said) for _ in range(size)])
    try:
        if start:
            for member in made.members:
                await member.start()
        yield made
    finally:
        for member in made.members:
            await _put_to_rest(member)


async def _put_to_rest(member: Member) -> None:
    if not await member.has_died():
        member.signal(signal.SIGCONT)
        await member.kill()
    await asyncio.shield(member.http.aclose())
