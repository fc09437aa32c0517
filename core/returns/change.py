"""A return as a change of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson

from core.changes import Decision, Entry, Notice, ReturnRow, Status
from core.returns.case import Case, dump
from core.returns.rulings import Ruling, rule
from core.returns.telling import notice_of
from core.stock import Move, Stock


@dataclass(frozen=True, slots=True)
class ReturnChange:
    """Commit a return; `key` is its idempotency key and `at` (epoch s) when it was received."""

    key: str
    sku: str
    quantity: int
    disposition: str
    channel: str
    at: float
    order_id: str = ""
    reason: str = ""
    fulfilled_by: str = ""

    @property
    def ruling(self) -> Ruling:
        """What its disposition decides."""
        return rule(self.disposition, self.fulfilled_by)

    @property
    def exact(self) -> bool:
        """A return adds what came back, whatever is on hand."""
        return False

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Put sellable units back on hand; everything else is recorded and, by the table, told to people."""
        if known is not None:
            return Decision(Status.DUPLICATE)
        ruling = self.ruling
        units = self.quantity if ruling.restock and stock[self.sku].managed else 0
        return Decision(
            status=Status.APPLIED,
            known=self._known(ruling),
            moves=(Move(self.sku, delta=units),) if units else (),
            entries=(self._entry(ruling, units),),
            notices=self._notices(ruling, stock[self.sku]),
            returns=(self._row(ruling),),
        )

    @property
    def _is_amazons(self) -> bool:
        return self.fulfilled_by.upper() == "AFN"

    def _known(self, ruling: Ruling) -> bytes:
        if not ruling.open:
            return orjson.dumps(1)
        return dump(Case(**asdict(self._row(ruling)), own=not self._is_amazons))

    def _entry(self, ruling: Ruling, units: int) -> Entry:
        note = f"{self.quantity} {self.disposition}: {ruling.action}"
        return Entry(
            self.key, self.sku, "return", units, self.at, channel=self.channel, order_id=self.order_id, note=note
        )

    def _row(self, ruling: Ruling) -> ReturnRow:
        return ReturnRow(
            sku=self.sku,
            at=self.at,
            return_id=self.key,
            quantity=self.quantity,
            disposition=self.disposition,
            order_id=self.order_id,
            channel=self.channel,
            decision=ruling.action.value,
            reason=self.reason,
        )

    def _notices(self, ruling: Ruling, stock: Stock) -> tuple[Notice, ...]:
        if ruling.restock and not stock.managed:
            text = f"A return of {self.sku} came in but its stock was never set; nothing is counted until it is."
            return (Notice(f"{self.key}#unlisted", "unlisted_sku", self.sku, text),)
        if not ruling.alert:
            return ()
        return (notice_of(self._row(ruling), ruling, own=not self._is_amazons),)
