"""Which routes marketplaces post to: for each its proof, its reading and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from starlette.types import Scope

from core.doors import Door, HasDoors, Takes
from core.ports import Marketplace
from webhooks.receive import Entrance, Headers, describe_order, describe_return
from webhooks.requests import is_local

_DESCRIBE = {Takes.NOTICE: describe_order, Takes.ORDER: describe_order, Takes.RETURN: describe_return}
_SHORT = frozenset({Takes.ORDER, Takes.RETURN})


def doors(marketplaces: Mapping[str, Marketplace]) -> Mapping[str, Sequence[Door]]:
    """The ways in to each of the marketplaces; one that says nothing of them has one, at its own name."""
    return {name: each.doors if isinstance(each, HasDoors) else [_own(each)] for name, each in marketplaces.items()}


def entrances(ways_in: Mapping[str, Sequence[Door]], *, unsigned: bool) -> Mapping[str, Entrance]:
    """The entrance at each path.

    `unsigned` lets programs on this machine post the short forms of orders and returns without a signature.
    """
    signed = _proofs(door for each in ways_in.values() for door in each)

    def is_unsigned(scope: Scope, headers: Headers) -> bool:
        """Whether a program on this machine posts without any proof; a browser for another site does not count."""
        from_here = headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return from_here and signed.isdisjoint(headers) and is_local(scope, headers)

    found: dict[str, Entrance] = {}
    for channel, each in ways_in.items():
        for door in each:
            entrance = Entrance(channel, door.verify, door.parse, _DESCRIBE[door.takes])
            may = unsigned and door.takes in _SHORT
            found[path_of(door)] = entrance.opened(is_unsigned) if may else entrance
    return found


def path_of(door: Door) -> str:
    """The door's route."""
    return f"/webhook/{door.path}"


def _own(marketplace: Marketplace) -> Door:
    return Door(marketplace.name, "Take a notification", "", marketplace.verify, marketplace.parse)


def _proofs(ways_in: Iterable[Door]) -> frozenset[str]:
    """Whoever sends one of these headers wants it checked: such a request is never let in unchecked."""
    named = [name for door in ways_in for name in (door.proof, *door.signs)]
    return frozenset({"authorization", *(name.lower() for name in named)})
