"""Group commit: changes that wait share one durable transaction; alone, a change waits for nobody."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.changes import Change, Committed, Outcome
from core.errors import SyncStateError, Unavailable
from core.ports import Store


@dataclass(frozen=True, slots=True)
class _Waiting:
    change: Change
    future: asyncio.Future[Outcome]
    skus: tuple[str, ...]


async def _as_it_is(change: Change) -> Change:
    return change


class GroupCommit:
    """Gathers changes into groups for the store; no two groups in flight touch the same SKU.

    `follow` is called once for each durable group, before its changes are answered. Beyond `most_waiting` changes a
    further one is refused with Unavailable at once. `dress` gives each change the form in which it is committed.
    """

    def __init__(
        self,
        store: Store,
        follow: Callable[[Committed], None],
        dress: Callable[[Change], Awaitable[Change]] = _as_it_is,
        most_waiting: int = 5_000,
    ) -> None:
        self._store = store
        self._follow = follow
        self._dress = dress
        self._most_waiting = most_waiting
        self._waiting: deque[_Waiting] = deque()
        self._busy: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._woken = False

    async def submit(self, change: Change) -> Outcome:
        """The outcome once it is durable; the change's own refusal, or Unavailable (then it may be asked for again)."""
        outcome = await self._enqueue(await self._dress(change))
        while outcome.more:
            outcome = await self._enqueue(await self._dress(change))
        return outcome

    async def drain(self) -> None:
        """Wait until nothing waits and nothing is in flight."""
        while self._waiting or self._running:
            await asyncio.wait(self._running or {asyncio.ensure_future(asyncio.sleep(0))})

    def _enqueue(self, change: Change) -> asyncio.Future[Outcome]:
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable("too many changes wait to be stored", 1)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        skus = change.needs(None) if self._store.groups_at_once > 1 else ()
        self._waiting.append(_Waiting(change, future, skus))
        if not self._woken:
            self._woken = True
            loop.call_soon(self._pump)
        return future

    def _pump(self) -> None:
        self._woken = False
        while len(self._running) < self._store.groups_at_once:
            group = self._take()
            if not group:
                return
            task = asyncio.get_running_loop().create_task(self._run(group))
            self._running.add(task)
            task.add_done_callback(self._done)

    def _take(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        later: list[_Waiting] = []
        touched: set[str] = set()
        while self._waiting and len(group) < self._store.group_size and len(later) < self._store.group_size:
            waiting = self._waiting.popleft()
            if self._busy.isdisjoint(waiting.skus):
                group.append(waiting)
                touched.update(waiting.skus)
            else:
                later.append(waiting)
        self._waiting.extendleft(reversed(later))
        self._busy |= touched
        return group

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._pump()

    async def _run(self, group: list[_Waiting]) -> None:
        try:
            parts = deque([group])
            while parts:
                parts.extendleft(reversed(await self._commit(parts.popleft())))
        finally:
            for waiting in group:
                _answer(waiting.future, Unavailable("the change was not decided"))
                self._busy.difference_update(waiting.skus)

    async def _commit(self, group: list[_Waiting]) -> list[list[_Waiting]]:
        """Commit and answer the group; what is left to try, where one of several changes spoils it for all."""
        try:
            committed = await self._store.commit([waiting.change for waiting in group])
            self._follow(committed)
            results = committed.results
        except Exception as error:  # noqa: BLE001 - every waiting sender must be answered, whatever went wrong
            if len(group) > 1 and not isinstance(error, SyncStateError):
                middle = len(group) // 2
                return [group[:middle], group[middle:]]
            results = (error,) * len(group)
        for waiting, result in zip(group, results, strict=False):
            _answer(waiting.future, result)
        return []


def _answer(future: asyncio.Future[Outcome], result: Outcome | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
