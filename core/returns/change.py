"""A return as a change of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from core.changes import Decision, Entry, Notice, ReturnRow, Status
from core.returns.rulings import Ruling, rule
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
            known=orjson.dumps(1),
            moves=(Move(self.sku, delta=units),) if units else (),
            entries=(self._entry(ruling, units),),
            notices=self._notices(ruling, stock[self.sku]),
            returns=(self._row(ruling),),
        )

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
        units = "1 unit" if self.quantity == 1 else f"{self.quantity} units"
        order = f" from order {self.order_id}" if self.order_id else ""
        advice = f" ({ruling.advice})" if ruling.advice else ""
        text = f"{units} of {self.sku} returned{order}: {self.disposition}, not restocked{advice}."
        return (Notice(f"{self.key}#returned", ruling.alert, self.sku, text, ruling.severity),)
