"""The one way people change stock: each change once, remembered as theirs, and taken back by its undo."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.adjustments import Adjustment
from core.changes import Change, Outcome, Status
from core.deeds import Deed, load
from core.errors import AlreadyHandled, CannotUndo, Hindrance, IsBundle, NotEnoughStock
from core.ports import Store
from core.requests import Made, Once, Remember, recent, recent_key
from core.returns.case import Case
from core.returns.case import load as load_case
from core.stock import Stock
from core.undo import UNDO_SECONDS, Undo

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Undone:
    """A change that was taken back: what it was, and the stock after it where that is known."""

    deed: Deed
    after: Stock | None


@dataclass(frozen=True, slots=True)
class Undoable:
    """One of a person's last changes, under its key: what they did, or what they decided about a return."""

    key: str
    sku: str
    at: float
    what: Deed | Case

    @property
    def undone_by(self) -> str:
        """Who took it back ("": nobody)."""
        return self.what.undone_by


class StockDesk:
    """Makes and takes back what people ask for; `submit` commits a change, `clock` gives epoch seconds."""

    def __init__(
        self, store: Store, submit: Callable[[Change], Awaitable[Outcome]], clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._submit = submit
        self._clock = clock

    async def make(self, change: Adjustment, request: str) -> Outcome:
        """Commit the change and remember it as its actor's; refused once, the `request` stays refused."""
        if request != change.key and not await self._is_new(request):
            raise AlreadyHandled(change.actor, change.at, Status.DUPLICATE)
        try:
            return await self.submit_as(change.actor, change, Made(change.key, change.sku, change.at))
        except (NotEnoughStock, IsBundle):
            await self._submit(Once(request))
            raise

    async def submit_as(self, actor: str, change: Change, made: Made) -> Outcome:
        """Commit the change and remember it as this person's."""
        outcome, remembered = await asyncio.gather(
            self._submit(change), self._submit(Remember(actor, made)), return_exceptions=True
        )
        if isinstance(outcome, BaseException):
            raise outcome
        if isinstance(remembered, BaseException):
            _log.warning("a change of %s is not among those that its actor can undo: %s", made.sku, remembered)
        return outcome

    async def is_first(self, request: str) -> bool:
        """Whether the request comes for the first time, anywhere; it is noted, durably."""
        return (await self._submit(Once(request))).status is Status.APPLIED

    async def undo(self, key: str, sku: str, by: str, *, operator: bool) -> Undone:
        """Take back the change under the key; CannotUndo."""
        outcome = await self._submit(Undo(key, sku, by, self._clock(), operator=operator))
        deed = load((await self._store.knowledge([key])).get(key))
        if deed is None:
            raise CannotUndo(sku, Hindrance.UNKNOWN)
        return Undone(deed, outcome.after.get(sku))

    async def last(self, actor: str) -> list[Undoable]:
        """The person's changes of the last ten minutes, those undone among them, the last one first."""
        row = recent_key(actor)
        made = recent((await self._store.knowledge([row])).get(row))
        known = await self._store.knowledge([each.key for each in made])
        found = [each for one in made if (each := _undoable(one, known.get(one.key), actor)) is not None]
        young = [each for each in found if each.at >= self._clock() - UNDO_SECONDS]
        return sorted(young, key=lambda each: each.at)[::-1]

    async def _is_new(self, request: str) -> bool:
        return request not in await self._store.knowledge([request])


def _undoable(made: Made, known: bytes | None, actor: str) -> Undoable | None:
    """What was made of it; None where it was refused, or somebody else was first."""
    deed = load(known)
    if deed is not None:
        return Undoable(made.key, deed.sku, deed.at, deed)
    case = load_case(known)
    if case is None or actor not in (case.by, case.undone_of):
        return None
    return Undoable(made.key, case.sku, made.at, case)
