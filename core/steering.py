"""What people may ask of a channel: pause, resume, rehearse, look again, and how much of the stock it lists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from core.adopt_desk import AdoptDesk
from core.arrangements import Arrangement
from core.changes import Change, Outcome
from core.channels import ChannelHealth
from core.checkup import Checkup
from core.errors import BadInput
from core.expected import Outlook
from core.follow_up import FollowUp
from core.ports import Store
from core.reconcile import Reconciled
from core.reconcile_desk import ReconcileDesk
from core.rules import WHOLE, Rule, describe, dump
from core.running import Running
from core.stock import Level, check_sku
from core.terms import PAUSE, RULE, Hold, Terms, Walk, dump_hold, own_rule, term, walking
from core.terms_desk import TermsDesk

_A_MOMENT = 1.5


@dataclass(frozen=True, slots=True)
class Standing:
    """How one SKU stands on one channel: its level, what its listing should show, on what terms, with which rule."""

    level: Level
    view: Outlook
    terms: Terms
    rule: Rule
    is_own_rule: bool


class Steering:
    """Each change is durable when its method returns, and seen by every instance within seconds.

    `submit` commits a change, `walk` begins the walks that are due. Every method may raise Unavailable, and BadInput
    for a channel that is not told. `adoptions` take a channel's levels as the first stock.
    """

    def __init__(  # noqa: PLR0913 - what it steers
        self,
        store: Store,
        follow_up: FollowUp,
        desk: TermsDesk,
        checkup: Checkup,
        reconciles: ReconcileDesk,
        adoptions: AdoptDesk,
        *,
        submit: Callable[[Change], Awaitable[Outcome]],
        walk: Callable[[], None],
        clock: Callable[[], float],
        fresh_id: Callable[[], str],
    ) -> None:
        self.adoptions = adoptions
        self._store = store
        self._follow_up = follow_up
        self._desk = desk
        self._checkup = checkup
        self._submit = submit
        self._walk = walk
        self._clock = clock
        self._fresh_id = fresh_id
        self._reconciles = reconciles

    async def channels(self, *, fresh: bool = False) -> tuple[ChannelHealth, ...]:
        """How each channel is doing."""
        return await self._checkup.look(fresh=fresh)

    async def channel(self, channel: str) -> tuple[ChannelHealth, Terms]:
        """How one channel is doing, and on what terms it is told."""
        self._check(channel)
        found = {each.name: each for each in await self._checkup.look(fresh=True)}
        return found[channel], self._desk.of(channel)

    async def standing(self, channel: str, sku: str) -> Standing:
        """How the SKU stands on the channel, read fresh."""
        self._check(channel)
        await self._desk.refresh()
        level = (await self._store.levels([check_sku(sku)]))[sku]
        return self._stand(channel, level)

    def standings(self, level: Level) -> Mapping[str, Standing]:
        """How the SKU stands on every channel, for a level that was read before and terms of a few seconds ago."""
        return {channel: self._stand(channel, level) for channel in self._follow_up.channels}

    async def pause(self, channel: str, actor: str, sku: str = "", key: str = "") -> None:
        """Send nothing more, of one SKU or of all; what is owed is kept."""
        self._check(channel)
        hold = Hold(actor, self._clock())
        if sku:
            await self._arrange(sku, channel, actor, key, ("pause", term(PAUSE, channel), dump_hold(hold), ""))
        else:
            await self._desk.change(channel, lambda terms: replace(terms, paused=terms.paused or hold))

    async def resume(self, channel: str, actor: str, sku: str = "", key: str = "") -> None:
        """Send again, first all that is owed."""
        self._check(channel)
        if sku:
            await self._arrange(sku, channel, actor, key, ("resume", term(PAUSE, channel), "", ""))
        else:
            await self._change(channel, Walk.OWED, lambda terms: replace(terms, paused=None))

    async def rehearse(self, channel: str, actor: str, *, on: bool) -> None:
        """Only note what would be sent, or send again."""
        self._check(channel)
        hold = Hold(actor, self._clock())
        if on:
            await self._desk.change(channel, lambda terms: replace(terms, dry_run=terms.dry_run or hold))
        else:
            await self._change(channel, Walk.OWED, lambda terms: replace(terms, dry_run=None))

    async def set_rule(self, channel: str, rule: Rule | None, actor: str, sku: str = "", key: str = "") -> None:
        """Have the channel list so much of the stock (None: the channel's rule for a SKU, the whole stock for all)."""
        self._check(channel)
        if sku:
            text, note = (dump(rule), describe(rule)) if rule else ("", "as the channel")
            await self._arrange(sku, channel, actor, key, ("rule", term(RULE, channel), text, note))
        else:
            await self._change(channel, Walk.ALL, lambda terms: replace(terms, rule=rule or WHOLE))

    async def sync(self, channel: str, sku: str = "") -> None:
        """Look now at all that is owed or differs, however long it was to be left alone; of one SKU, for a moment."""
        self._check(channel)
        if not sku:
            self._follow_up.hurry(channel)
            await self._change(channel, Walk.AGAIN, lambda terms: terms)
            return
        if not (await self._store.levels([check_sku(sku)]))[sku].stock.managed:
            raise BadInput("sku", "has no stock set yet, so nothing is sent for it anyway")
        looking = asyncio.ensure_future(self._follow_up.revisit([sku], again=True))
        await asyncio.wait({looking}, timeout=_A_MOMENT)

    async def last_reconcile(self, channel: str) -> tuple[Reconciled | None, bool]:
        """The last reconcile of the channel, and whether that one still goes on."""
        self._check(channel)
        report = await self._reconciles.last(channel)
        return report, self._reconciles.is_running(report)

    async def reconcile(self, channel: str, actor: str, sku: str = "") -> Running[Reconciled]:
        """Begin to read the channel's listings back and to put right what differs, of one SKU or of all."""
        self._check(channel)
        if channel not in self._reconciles.channels:
            raise BadInput("channel", "cannot be read back")
        return self._reconciles.begin(channel, actor, check_sku(sku) if sku else "")

    async def _change(self, channel: str, walk: Walk, change: Callable[[Terms], Terms]) -> None:
        now = self._clock()
        await self._desk.change(channel, lambda terms: walking(change(terms), walk, now))
        self._walk()

    async def _arrange(self, sku: str, channel: str, actor: str, key: str, what: tuple[str, str, str, str]) -> None:
        change = Arrangement(f"terms#{key or self._fresh_id()}", check_sku(sku), channel, self._clock(), actor, *what)
        await self._submit(change)

    def _stand(self, channel: str, level: Level) -> Standing:
        terms = self._desk.of(channel)
        own = own_rule(level, channel)
        view = self._follow_up.outlook(channel, level)
        if view is None:
            raise BadInput("channel", "is not told")
        return Standing(level, view, terms, own or terms.rule, own is not None)

    def _check(self, channel: str) -> None:
        names = self._follow_up.channels
        if channel not in names:
            known = f"must be one of {', '.join(names)}" if names else "has no keys: no channel is configured"
            raise BadInput("channel", known)
