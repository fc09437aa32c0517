"""A return that somebody has to decide about, kept under the return's idempotency key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import orjson

from core.changes import ReturnRow


class Verdict(StrEnum):
    """What people decide about returned units."""

    RESTOCKED = "restocked"
    WRITTEN_OFF = "written_off"


@dataclass(frozen=True, slots=True)
class Case:
    """The return as it came, and who decided what about it at what time (epoch s; "" and 0: nobody yet).

    `units` went back on hand by it and made the stock `version`; `turn` counts what was decided and taken back.
    `own`: the units are ours to restock. `undone_by` is who took back the decision of `undone_of`, at that time.
    """

    sku: str
    at: float
    return_id: str
    quantity: int
    disposition: str
    order_id: str
    channel: str
    decision: str
    reason: str
    own: bool = True
    verdict: str = ""
    by: str = ""
    decided_at: float = 0.0
    units: int = 0
    version: int = 0
    turn: int = 0
    undone_of: str = ""
    undone_by: str = ""
    undone_at: float = 0.0

    def row(self) -> ReturnRow:
        """The return as it is recorded now."""
        return ReturnRow(
            sku=self.sku,
            at=self.at,
            return_id=self.return_id,
            quantity=self.quantity,
            disposition=self.disposition,
            order_id=self.order_id,
            channel=self.channel,
            decision=self.verdict or self.decision,
            reason=self.reason,
        )


def dump(case: Case) -> bytes:
    """Compact JSON that `load` reads back equal."""
    return orjson.dumps(case)


def load(known: bytes | None) -> Case | None:
    """The case that is known under a key; None where nothing is to be decided, or an older version kept no case."""
    fields = orjson.loads(known) if known else None
    return Case(**fields) if isinstance(fields, dict) and "return_id" in fields else None
