"""What Amazon calls things: its fields come in PascalCase or camelCase, depending on the notification."""

from __future__ import annotations

from collections.abc import Mapping

from core.marketplaces.bodies import table

CHANNEL = "amazon"
OWN_STOCK = "DEFAULT"


def pick(row: Mapping[str, object], name: str) -> object:
    """The field of that name in any case, or None."""
    if name in row:
        return row[name]
    wanted = name.lower()
    return next((value for key, value in row.items() if key.lower() == wanted), None)


def pick_table(row: Mapping[str, object], name: str) -> Mapping[str, object]:
    """The object in the field of that name, or an empty one."""
    return table(pick(row, name))
