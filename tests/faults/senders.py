"""Senders as marketplaces have them: many at once, and whatever is not answered with 2xx is sent again."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import aiohttp

from tests.faults.mail import Letter

_GOOD, _MULTIPLE = 200, 300
_PAUSE = 0.4


@dataclass(frozen=True, slots=True)
class Reply:
    """How one try ended: the status (0: no answer), when it began (monotonic s), its length, and when to retry."""

    status: int
    began: float
    seconds: float
    retry_after: str = ""
    text: str = ""

    @property
    def good(self) -> bool:
        """Whether the sender is content."""
        return _GOOD <= self.status < _MULTIPLE


@dataclass(slots=True)
class Senders:
    """Posts letters to any of the ports, `at_once` at a time, each again until it is taken; keeps every reply.

    `limit` is how long (s) an answer is waited for: as long as Shopify does.
    """

    ports: Callable[[], Sequence[int]]
    rng: random.Random
    at_once: int = 16
    limit: float = 5.0
    replies: list[Reply] = field(default_factory=list)
    taken: int = 0

    async def send(self, letters: Iterable[Letter], within: float = 300.0) -> None:
        """Come back when every letter is taken; TimeoutError when that takes too long."""
        waiting = iter(letters)
        async with asyncio.timeout(within), self.session() as session:
            await asyncio.gather(*[self._work(session, waiting) for _ in range(self.at_once)])

    async def send_at_once(self, letters: Sequence[Letter], within: float = 120.0) -> None:
        """Send them all at the very same time, each again until it is taken."""
        async with asyncio.timeout(within), self.session() as session:
            await asyncio.gather(*[self._insist(session, letter) for letter in letters])

    async def send_steadily(self, letters: Iterator[Letter], a_second: float, seconds: float) -> None:
        """Send so many a second for so long, each again until it is taken; come back when all of them are."""
        async with self.session() as session, asyncio.TaskGroup() as sending:
            began, sent = time.monotonic(), 0
            while (due := sent / a_second) < seconds:
                await asyncio.sleep(max(0.0, began + due - time.monotonic()))
                sending.create_task(self._insist(session, next(letters)))
                sent += 1

    async def try_once(self, session: aiohttp.ClientSession, letter: Letter) -> Reply:
        """One try, whatever comes of it."""
        port = self.rng.choice(self.ports())
        began = time.monotonic()
        try:
            url = f"http://127.0.0.1:{port}{letter.path}"
            async with session.request(letter.method, url, data=letter.body, headers=letter.headers) as answer:
                text = await answer.text()
                after = answer.headers.get("Retry-After", "")
                reply = Reply(answer.status, began, time.monotonic() - began, after, text)
        except (aiohttp.ClientError, TimeoutError, OSError):
            reply = Reply(0, began, time.monotonic() - began)
        self.replies.append(reply)
        return reply

    def session(self) -> aiohttp.ClientSession:
        """Connections without a bound on their number."""
        timeout = aiohttp.ClientTimeout(total=self.limit)
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout)

    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        return Counter(reply.status for reply in self.replies)

    async def _work(self, session: aiohttp.ClientSession, waiting: Iterable[Letter]) -> None:
        for letter in waiting:
            await self._insist(session, letter)

    async def _insist(self, session: aiohttp.ClientSession, letter: Letter) -> None:
        while not (await self.try_once(session, letter)).good:  # noqa: ASYNC110 - as a marketplace does
            await asyncio.sleep(self.rng.uniform(0.05, _PAUSE))
        self.taken += 1


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of them does not pass; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
