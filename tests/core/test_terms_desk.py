"""The terms of channels as one instance knows them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from core.terms import Hold
from core.terms_desk import TermsDesk
from tests.core.stand_ins import NOON, Gate, HandClock, SteppedStore


class Late(SteppedStore):
    """A store whose next answer about a note is on its way until the gate opens."""

    gate: Gate | None = None

    async def note(self, name: str) -> bytes | None:
        known, gate, self.gate = await super().note(name), self.gate, None
        if gate is not None:
            await gate()
        return known


async def test_a_pause_is_not_undone_by_what_was_read_before_it(tmp_path: Path, clock: HandClock) -> None:
    store = Late(tmp_path / "stock.db", clock)
    await store.open()
    desk = TermsDesk(store, clock)
    gate = store.gate = Gate()
    reading = asyncio.create_task(desk.refresh())
    await gate.reached()

    await desk.change("shopify", lambda terms: replace(terms, paused=Hold("ann", NOON)))
    gate.open()
    await reading

    assert desk.of("shopify").paused == Hold("ann", NOON)
    await store.close()
