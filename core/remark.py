"""A note on a listing or a message, kept once: a ledger row and what people are told, no stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from core.changes import Decision, Entry, Notice, Status
from core.stock import Move, Stock


@dataclass(frozen=True, slots=True)
class Remark:
    """A change that moves no stock: a ledger row and a notice, once for its key.

    `own` units less are shown by the channel's listing of `sku` than it was told (below 0: more), so it is told again.
    """

    key: str
    sku: str
    entry: Entry
    notice: Notice
    status: Status
    own: int = 0

    @property
    def exact(self) -> bool:
        """It reads no numbers."""
        return False

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The SKU, if it is about one."""
        return (self.sku,) if self.sku else ()

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Note it, once."""
        if known is not None:
            return Decision(Status.DUPLICATE)
        moves = (Move(self.sku, channel=self.entry.channel, own=self.own),) if self.own else ()
        return Decision(self.status, orjson.dumps(1), moves, (self.entry,), (self.notice,))
