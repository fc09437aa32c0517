"""What a manual change did, kept under its idempotency key so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from core.stock import NEVER, Stated


@dataclass(frozen=True, slots=True)
class Reset:
    """A number that was set from `old` to `new`."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Deed:
    """What `actor` did at `at` (epoch s): `delta` units, and the numbers that were set, which made it `version`.

    `counts`: the units came of a count. `first`: nobody had set the SKU before. `stated` is that of before.
    """

    sku: str
    actor: str
    at: float
    action: str
    delta: int
    version: int
    buffer: Reset | None = None
    low_at: Reset | None = None
    counts: bool = False
    first: bool = False
    stated: Stated = NEVER
    undone_by: str = ""
    undone_at: float = 0.0


def dump(deed: Deed) -> bytes:
    """Compact JSON that `load` reads back equal."""
    return orjson.dumps(deed)


def load(known: bytes | None) -> Deed | None:
    """The deed that is known under a key; None where there is none, or an older version has not kept it."""
    fields = orjson.loads(known) if known else None
    if not isinstance(fields, dict) or "actor" not in fields:
        return None
    return Deed(
        **{
            **fields,
            "buffer": _reset(fields["buffer"]),
            "low_at": _reset(fields["low_at"]),
            "stated": Stated(**fields["stated"]),
        }
    )


def _reset(fields: dict[str, int] | None) -> Reset | None:
    return None if fields is None else Reset(**fields)
