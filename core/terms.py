"""On what terms a channel is told: its rule, who paused it, whether it only rehearses; for all SKUs and for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import orjson

from core.rules import WHOLE, Rule, load
from core.stock import Level

RULE, PAUSE = "rule", "pause"


@dataclass(frozen=True, slots=True)
class Hold:
    """Who held something up, and when (epoch s)."""

    by: str
    at: float


class Walk(StrEnum):
    """Which SKUs have to be looked at because the terms changed: none, those that are owed, or all.

    AGAIN: all, those too that the channel said it does not list.
    """

    NONE = ""
    OWED = "owed"
    ALL = "all"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Terms:
    """A channel's terms for every SKU: its rule, who paused it, who let it only rehearse, and the walk still due.

    `changed_at` tells one walk from the next (epoch s).
    """

    rule: Rule = WHOLE
    paused: Hold | None = None
    dry_run: Hold | None = None
    walk: Walk = Walk.NONE
    changed_at: float = 0.0


USUAL = Terms()


def walking(terms: Terms, walk: Walk, now: float) -> Terms:
    """The terms with a walk due that does at least as much as the one that may be due already."""
    order = list(Walk)
    further = max(terms.walk, walk, key=order.index)
    return replace(terms, walk=further, changed_at=now)


def dump_terms(terms: Mapping[str, Terms]) -> bytes:
    """The terms of all channels as JSON that `load_terms` reads back equal."""
    return orjson.dumps({channel: asdict(each) for channel, each in terms.items()})


def load_terms(body: bytes | None) -> dict[str, Terms]:
    """What `dump_terms` wrote; nothing where nothing was ever written."""
    return {channel: _load(fields) for channel, fields in orjson.loads(body or b"{}").items()}


def term(kind: str, channel: str) -> str:
    """The name under which a level keeps what is special for the SKU on one channel."""
    return f"{kind} {channel}"


def dump_hold(hold: Hold) -> str:
    """The hold as short text that `paused_here` reads back."""
    return f"{hold.at:.0f},{hold.by}"


def own_rule(level: Level, channel: str) -> Rule | None:
    """The rule of this SKU alone on the channel."""
    text = level.terms.get(term(RULE, channel), "")
    return load(text) if text else None


def rule_on(level: Level, channel: str, terms: Terms) -> Rule:
    """The rule that holds for the SKU on the channel: its own, or else the channel's."""
    return own_rule(level, channel) or terms.rule


def paused_here(level: Level, channel: str) -> Hold | None:
    """Who paused this SKU alone on the channel."""
    at, _, by = level.terms.get(term(PAUSE, channel), "").partition(",")
    return Hold(by, float(at)) if at else None


def paused(level: Level, channel: str, terms: Terms) -> Hold | None:
    """Who paused the SKU on the channel, or the whole channel."""
    return terms.paused or paused_here(level, channel)


def _load(fields: Mapping[str, Any]) -> Terms:
    return Terms(
        rule=Rule(**fields["rule"]),
        paused=_hold(fields["paused"]),
        dry_run=_hold(fields["dry_run"]),
        walk=Walk(fields["walk"]),
        changed_at=fields["changed_at"],
    )


def _hold(fields: Mapping[str, Any] | None) -> Hold | None:
    return Hold(**fields) if fields else None
