"""A change of the terms on which one channel is told of one SKU: its own rule, or a pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from core.changes import Decision, Entry, Status
from core.errors import BadInput
from core.stock import Move, Stock


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Keep `text` under `term` with the SKU ("": forget it); `action` and `note` are for the ledger, `at` epoch s.

    The channels are told in its wake, as after every move.
    """

    key: str
    sku: str
    channel: str
    at: float
    actor: str
    action: str
    term: str
    text: str
    note: str = ""

    @property
    def exact(self) -> bool:
        """It reads no numbers."""
        return False

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Keep it, once; BadInput for a SKU whose stock nobody has set, which is mostly a slip of the pen."""
        if known is not None:
            return Decision(Status.DUPLICATE)
        if not stock[self.sku].managed:
            raise BadInput("sku", "has no stock set yet, so nothing is sent for it anyway")
        entry = Entry(
            self.key, self.sku, self.action, 0, self.at, channel=self.channel, actor=self.actor, note=self.note
        )
        return Decision(Status.APPLIED, orjson.dumps(1), (Move(self.sku, terms=((self.term, self.text),)),), (entry,))
