"""Two builds that are broken on purpose, as so many are: the harness must catch both, or it proves nothing.

What SyncState does in one transaction they do in two: an order's units are moved, and the order is noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import uuid4

from core.changes import Change, Committed, Decision, Outcome, Status
from core.orders.change import OrderChange
from core.ports import Store
from core.stock import Stock
from tests.faults.steps import Step

BETWEEN = "between the two writes"


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the two writes: what the decision comes to under the key."""

    key: str
    decision: Decision
    skus: tuple[str, ...] = ()
    exact: bool = False

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        return self.skus

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        return self.decision


class _Broken:
    """A store whose orders are committed one by one, in two writes each."""

    group_size = 1

    def __init__(self, store: Store, step: Step) -> None:
        self._store = store
        self._step = step

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def commit(self, changes: Sequence[Change]) -> Committed:
        """Commit the one change."""
        (change,) = changes
        if not isinstance(change, OrderChange):
            return await self._store.commit(changes)
        known = (await self._store.knowledge([change.key])).get(change.key)
        skus = change.needs(known)
        levels = await self._store.levels(skus)
        stock = {sku: levels[sku].stock for sku in skus}
        decision = change.decide(known, stock)
        if decision.known is None:
            return Committed((Outcome(decision.status, change.key, stock),), None)
        effect = _Part(f"effect-{uuid4()}", replace(decision, known=b"1", entries=()), skus)
        note = _Part(change.key, Decision(Status.APPLIED, decision.known, entries=decision.entries))
        committed = await self._write(effect, note)
        return replace(committed, results=(Outcome(decision.status, change.key, stock),))

    async def _write(self, effect: _Part, note: _Part) -> Committed:
        raise NotImplementedError

    def _pass(self, effect: _Part) -> None:
        """The step between the writes of a change that moves stock: with any other nothing can be lost or doubled."""
        if any(move.delta for move in effect.decision.moves):
            self._step(BETWEEN)


class _CheckThenAct(_Broken):
    async def _write(self, effect: _Part, note: _Part) -> Committed:
        committed = await self._store.commit([effect])
        self._pass(effect)
        await self._store.commit([note])
        return committed


class _ClaimThenUpdate(_Broken):
    async def _write(self, effect: _Part, note: _Part) -> Committed:
        await self._store.commit([note])
        self._pass(effect)
        return await self._store.commit([effect])


BUILDS = {"check-then-act": _CheckThenAct, "claim-then-update": _ClaimThenUpdate}


def broken(store: Store, build: str, step: Step) -> Store:
    """The store of that build."""
    return cast("Store", BUILDS[build](store, step))
