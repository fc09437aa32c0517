"""The four tables and their indexes, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DIRECTORY = "directory"
OWED = "owed"
HISTORY = "sku-timestamp"
PENDING = "pending"
OPEN = "open"
SEVERITY = "severity-timestamp"
UNTOLD = "untold"
DUE = "due"
_NUMBERS = frozenset({"dueAt", "markedAt"})


@dataclass(frozen=True, slots=True)
class Index:
    """A sparse or sharded index: items without its keys are not in it; `include` names what it shows besides keys."""

    name: str
    keys: tuple[str, str]
    include: tuple[str, ...] = ()

    def definition(self) -> dict[str, Any]:
        """As CreateTable and UpdateTable want it."""
        shown: dict[str, Any] = {"ProjectionType": "KEYS_ONLY"}
        if self.include:
            shown = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(self.include)}
        return {"IndexName": self.name, "KeySchema": _key_schema(self.keys), "Projection": shown}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name after the prefix, its keys, its indexes, and the attribute by which its items expire."""

    name: str
    keys: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    expires: str = ""

    def definition(self) -> dict[str, Any]:
        """As CreateTable wants it, without the table's name."""
        arguments: dict[str, Any] = {
            "AttributeDefinitions": self.attributes(),
            "KeySchema": _key_schema(self.keys),
            "BillingMode": "PAY_PER_REQUEST",
        }
        if self.indexes:
            arguments["GlobalSecondaryIndexes"] = [index.definition() for index in self.indexes]
        return arguments

    def attributes(self) -> list[dict[str, str]]:
        """The types of all keys."""
        names = dict.fromkeys([*self.keys, *(name for index in self.indexes for name in index.keys)])
        return [{"AttributeName": name, "AttributeType": "N" if name in _NUMBERS else "S"} for name in names]


INVENTORY = Table(
    "Inventory",
    ("sku",),
    # An order's first move of the day changes `movedDay` in place: one write unit. As a key it would cost two.
    (Index(DIRECTORY, ("shelf", "sku"), ("movedDay",)), Index(OWED, ("owed", "sku"), ("lastBroadcast",))),
)
TRANSACTIONS = Table(
    "Transactions",
    ("txId",),
    (
        # Without `status`, which would cost every order a unit more when it is completed; `failed` never changes.
        Index(HISTORY, ("sku", "timestamp"), ("action", "delta", "channel", "orderId", "actor", "note", "failed")),
        Index(PENDING, ("pending", "markedAt")),
    ),
    expires="expiresAt",
)
RETURNS = Table("Returns", ("sku", "timestamp"))
ALERTS = Table(
    "Alerts",
    ("alertId",),
    (
        Index(OPEN, ("open", "timestamp")),
        Index(SEVERITY, ("severity", "timestamp")),
        Index(UNTOLD, ("untold", "updatedAt")),
        Index(DUE, ("due", "dueAt")),
    ),
)
TABLES = (INVENTORY, TRANSACTIONS, RETURNS, ALERTS)


@dataclass(frozen=True, slots=True)
class Names:
    """The tables' names, with the installation's prefix."""

    inventory: str
    transactions: str
    returns: str
    alerts: str


def names(prefix: str) -> Names:
    """The names under that prefix."""
    return Names(*(prefix + table.name for table in TABLES))


def _key_schema(keys: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
