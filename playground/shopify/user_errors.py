"""The errors that a mutation answers inside its payload."""

from typing import TypeAlias

Payload: TypeAlias = dict[str, object]


def user_error(code: str, message: str, *path: str) -> Payload:
    """Return one entry of `userErrors`; no path makes `field` null."""
    return {"code": code, "field": list(path) or None, "message": message}


def failure(*errors: Payload) -> Payload:
    """Return the payload of a mutation that changed nothing."""
    return {"inventoryAdjustmentGroup": None, "userErrors": list(errors)}
