"""How the channels are doing over all instances: what this one knows, with what the store knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import orjson

from core.adopt import adopted_note
from core.channels import Arrears, ChannelHealth
from core.follow_up import FollowUp
from core.ports import Store
from core.rules import WHOLE, describe
from core.terms import Terms
from core.terms_desk import TermsDesk

_FRESH = 5.0
_SHARE = 20.0
_LATER = 15.0


class Checkup:
    """Asks the store at most once in 5 s, and for at most a twentieth of the time; `clock` gives epoch seconds."""

    def __init__(self, store: Store, follow_up: FollowUp, desk: TermsDesk, clock: Callable[[], float]) -> None:
        self._store = store
        self._follow_up = follow_up
        self._desk = desk
        self._clock = clock
        self._arrears: Mapping[str, Arrears] = {}
        self._told: dict[str, float] = {}
        self._adopted: dict[str, float] = {}
        self._next = float("-inf")

    async def look(self, *, fresh: bool = False) -> tuple[ChannelHealth, ...]:
        """Each channel's health, a few seconds old at the most unless it is wanted `fresh`; Unavailable."""
        await self._desk.refresh()
        if fresh or self._clock() >= self._next:
            await self._ask()
        return tuple(self._whole(each) for each in self._follow_up.health())

    async def note_successes(self) -> None:
        """Let other instances, and the next start of this one, know when channels last took a push."""
        for health in self._follow_up.health():
            if health.last_success > await self._last_told(health.name) + _LATER:
                await self._store.save_note(_note(health.name), orjson.dumps(health.last_success))

    async def _ask(self) -> None:
        began = self._clock()
        self._arrears = await self._store.arrears()
        for channel in self._follow_up.channels:
            self._told[channel] = await self._last_told(channel)
            if not self._told[channel]:
                self._adopted[channel] = await self._time(adopted_note(channel))
        took = self._clock() - began
        self._next = self._clock() + max(_FRESH, _SHARE * took)

    async def _last_told(self, channel: str) -> float:
        return await self._time(_note(channel))

    async def _time(self, note: str) -> float:
        known = await self._store.note(note)
        return float(orjson.loads(known)) if known else 0.0

    def _whole(self, health: ChannelHealth) -> ChannelHealth:
        owing = self._arrears.get(health.name, Arrears())
        return replace(
            on_terms(health, self._desk.of(health.name)),
            last_success=max(health.last_success, self._told.get(health.name, 0.0)),
            owed=owing.owed,
            oldest_owed=owing.oldest,
            refused=owing.refused,
            error=health.error or owing.error,
            adopted=self._adopted.get(health.name, 0.0),
        )


def on_terms(health: ChannelHealth, terms: Terms) -> ChannelHealth:
    """The health with what people arranged for the channel."""
    return replace(
        health,
        paused=terms.paused is not None,
        paused_by=terms.paused.by if terms.paused else "",
        paused_at=terms.paused.at if terms.paused else 0.0,
        dry_run=terms.dry_run is not None,
        rule="" if terms.rule == WHOLE else describe(terms.rule),
    )


def _note(channel: str) -> str:
    return f"told#{channel}"
