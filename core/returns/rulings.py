"""What a returned unit's disposition decides, as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Action(StrEnum):
    """What is done with returned units."""

    SYNC = "sync"
    ALERT_ONLY = "alert_only"
    QUARANTINE = "quarantine"
    IGNORE = "ignore"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a disposition decides; `alert` is a kind of alert or "", `advice` a hint for whoever handles it."""

    restock: bool
    action: Action
    alert: str = ""
    severity: str = ""
    advice: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody has to decide about the units: they are set apart, or nobody knows their condition."""
        return self.action is Action.QUARANTINE or self.alert == "manual_review"


_DAMAGED = Ruling(restock=False, action=Action.ALERT_ONLY, alert="return_damaged", severity="warning")
_UNCLEAR = Ruling(
    restock=False,
    action=Action.ALERT_ONLY,
    alert="manual_review",
    severity="warning",
    advice="inspect it, then restock it or write it off",
)

RULINGS = {
    "SELLABLE": Ruling(restock=True, action=Action.SYNC),
    "CUSTOMER_DAMAGED": _DAMAGED,
    "DAMAGED": _DAMAGED,
    "DEFECTIVE": _DAMAGED,
    "EXPIRED": _DAMAGED,
    "WAREHOUSE_DAMAGED": Ruling(restock=False, action=Action.QUARANTINE, alert="return_damaged", severity="critical"),
    "CARRIER_DAMAGED": Ruling(
        restock=False,
        action=Action.QUARANTINE,
        alert="return_damaged",
        severity="warning",
        advice="submit a damage claim",
    ),
    "UNSELLABLE": Ruling(
        restock=False, action=Action.IGNORE, alert="return_unsellable", severity="info", advice="disposed of"
    ),
}


def rule(disposition: str, fulfilled_by: str) -> Ruling:
    """What the disposition decides; units that Amazon fulfilled (AFN) go back to Amazon's own stock, not to ours."""
    ruling = RULINGS.get(disposition.strip().upper(), _UNCLEAR)
    if ruling.restock and fulfilled_by.upper() == "AFN":
        return replace(ruling, restock=False, action=Action.RECORD)
    return ruling
