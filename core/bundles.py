"""Bundles: SKUs that are made of others and have no stock of their own; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from core.errors import BadInput
from core.stock import Level, Part, Parts, Stock, check_sku, check_whole

MOST_PARTS = 10
MOST_UNITS = 1_000
MOST_BUNDLES = 1_000  # they are kept, and read, together
_ON_ITS_WAY = 1_000  # versions that changes which are being committed may still add


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a SKU is made of since `at` (epoch s), said by `actor`; without parts it is an ordinary SKU again.

    `edition` counts what was said of it. `ahead` is added to the version of its level, which never falls so.
    `founded`: the ledger has it.
    """

    sku: str
    parts: Parts
    edition: int
    at: float
    actor: str
    ahead: int = 0
    founded: bool = False


@dataclass(frozen=True, slots=True)
class Bundles:
    """Everything that is or was a bundle, by its SKU; `inside` says in which bundles a SKU is a part."""

    by_sku: Mapping[str, Bundle] = field(default_factory=dict)
    inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_sku)

    def parts(self, sku: str) -> Parts:
        """What the SKU is made of; () for an ordinary one."""
        return self.by_sku[sku].parts if sku in self.by_sku else ()

    def around(self, skus: Iterable[str]) -> tuple[str, ...]:
        """The bundles that any of the SKUs is a part of, each once."""
        return tuple(dict.fromkeys(bundle for sku in skus for bundle in self.inside.get(sku, ())))


NONE = Bundles()


def bundles_of(rows: Iterable[Bundle]) -> Bundles:
    """All of them, each to be found by its parts."""
    by_sku = {row.sku: row for row in rows}
    inside: dict[str, tuple[str, ...]] = {}
    for row in by_sku.values():
        for part in row.parts:
            inside[part.sku] = (*inside.get(part.sku, ()), row.sku)
    return Bundles(by_sku, inside)


def dump_bundles(bundles: Bundles) -> bytes:
    """Compact JSON that `load_bundles` reads back equal."""
    return orjson.dumps([_row(each) for each in bundles.by_sku.values()])


def load_bundles(data: bytes | None) -> Bundles:
    """What `dump_bundles` wrote; no bundle where nothing was written."""
    return bundles_of(_bundle(*row) for row in orjson.loads(data)) if data else NONE


def with_bundle(bundles: Bundles, bundle: Bundle) -> Bundles:
    """The bundles, with this one in the place of what was said of its SKU before."""
    return bundles_of([*(each for each in bundles.by_sku.values() if each.sku != bundle.sku), bundle])


def check_parts(sku: str, parts: Iterable[Part], bundles: Bundles) -> Parts:
    """The parts, each SKU once; BadInput where no bundle can be made of them."""
    units: dict[str, int] = {}
    for part in parts:
        name = check_sku(part.sku)
        units[name] = units.get(name, 0) + check_whole(part.units, "units", 1, MOST_UNITS)
    if not 1 <= len(units) <= MOST_PARTS:
        raise BadInput("parts", f"must be 1 to {MOST_PARTS} SKUs")
    if sku not in bundles.by_sku and len(bundles.by_sku) >= MOST_BUNDLES:
        raise BadInput("sku", f"cannot be one more bundle: there are {MOST_BUNDLES:,}, which is the most")
    if sku in units:
        raise BadInput("parts", f"cannot have {sku} itself among them")
    if nested := next((part for part in units if bundles.parts(part)), ""):
        raise BadInput("parts", f"cannot have {nested} among them: it is a bundle; name what it is made of")
    if outer := bundles.inside.get(sku):
        raise BadInput("sku", f"is a part of {outer[0]}, and a bundle cannot be made of bundles")
    return tuple(Part(part, each) for part, each in units.items())


def allowed(parts: Parts, stock: Mapping[str, Stock]) -> int:
    """How many of a bundle its parts allow: each part less what is held back of it, by its units, never below 0."""
    return min(stock[part.sku].broadcast // part.units for part in parts)


def seen(bundle: Bundle, level: Level, around: Mapping[str, Level]) -> Level:
    """The bundle's stored level as everybody is to see it: on hand is what the levels of its parts allow.

    Its version counts what becomes of its parts. It is managed while all of them are.
    """
    stock, parts = level.stock, [around[part.sku] for part in bundle.parts]
    version = stock.version + bundle.ahead + sum(part.stock.version for part in parts)
    if not parts:
        return replace(level, stock=replace(stock, version=version))
    units = allowed(bundle.parts, {part.sku: part.stock for part in parts})
    counted_at = stock.counted_at if all(part.stock.managed for part in parts) else None
    return replace(
        level,
        stock=replace(stock, physical=units, version=version, counted_at=counted_at),
        updated_at=max(level.updated_at, *(part.updated_at for part in parts)),
        made_of=bundle.parts,
    )


def in_words(parts: Parts) -> str:
    """`2 x A and 1 x B`."""
    words = [f"{part.units} x {part.sku}" for part in parts]
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _row(bundle: Bundle) -> list[Any]:
    parts = [[part.sku, part.units] for part in bundle.parts]
    return [bundle.sku, parts, bundle.edition, bundle.at, bundle.actor, bundle.ahead, bundle.founded]


def _bundle(sku: str, parts: list[Any], *rest: Any) -> Bundle:  # noqa: ANN401 - a row of JSON
    return Bundle(sku, tuple(Part(*part) for part in parts), *rest)


def renewed(bundle: Bundle | None, sku: str, parts: Parts, versions: int, at: float, actor: str) -> Bundle:
    """What is said of the SKU now, after what was said before; `versions`: those of the parts it had, added up."""
    edition, ahead = (bundle.edition, bundle.ahead + versions + _ON_ITS_WAY) if bundle else (0, 0)
    return Bundle(sku, parts, edition + 1, at, actor, ahead)
