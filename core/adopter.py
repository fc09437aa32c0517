"""Adopting a channel's quantities as the first stock: every channel is read, what disagrees is left to a person."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

import orjson

from core.adopt import NO_CHOICES, Adopted, Adoption, Choices, Conflicts, Plan, Shelf, Unclear, adopted_note, decide
from core.changes import Change, Outcome, Status
from core.errors import BadInput, IsBundle, NotConfigured
from core.ports import Listing, Marketplace, ReadsBack, Store
from core.stock import Push, Told, check_sku

_AT_ONCE = 100
Hear: TypeAlias = Callable[[int], Awaitable[None]]


async def _unheard(_: int) -> None:
    """Nobody listens."""


class Adopter:
    """`submit` commits a change, `clock` gives epoch seconds."""

    def __init__(
        self,
        store: Store,
        channels: Iterable[Marketplace],
        submit: Callable[[Change], Awaitable[Outcome]],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._channels = {each.name: each for each in channels if isinstance(each, ReadsBack)}
        self._submit = submit
        self._clock = clock

    def check(self, channel: str) -> None:
        """BadInput unless the channel's quantities can be read."""
        if channel not in self._channels:
            raise BadInput("channel", f"must be one of {', '.join(self._channels) or 'none: none has all its keys'}")

    async def plan(self, channel: str, rule: Conflicts, hear: Hear = _unheard, choices: Choices = NO_CHOICES) -> Plan:
        """What would be set; `hear` is told how many listings were read. BadInput, ChannelError, NotConfigured."""
        self.check(channel)
        shown: dict[str, dict[str, Shelf]] = defaultdict(dict)
        troubled: dict[str, str] = {}
        read = await self._read(channel, shown, troubled, hear, 0)
        for name in [each for each in self._channels if each != channel]:
            with suppress(NotConfigured):  # a channel that is not connected says nothing against it
                read = await self._read(name, shown, {}, hear, read)
        for sku in troubled:
            shown.pop(sku, None)
        managed = await self._managed(list(shown))
        open_ones = {sku: each for sku, each in shown.items() if sku not in managed}
        found = decide(channel, open_ones, rule, choices)
        also = tuple(Unclear(sku, reason) for sku, reason in sorted(troubled.items()))
        return replace(found, troubled=(*found.troubled, *also), managed=sum(channel in shown[sku] for sku in managed))

    async def carry_out(self, channel: str, plan: Plan, actor: str, hear: Hear = _unheard) -> int:
        """Set what the plan sets, each SKU once; how many were. `hear` is told how many are durable. Unavailable."""
        count = 0
        for start in range(0, len(plan.adopted), _AT_ONCE):
            part = plan.adopted[start : start + _AT_ONCE]
            count += sum(await asyncio.gather(*[self._adopt(channel, each, actor) for each in part]))
            await hear(start + len(part))
        for name in {name for each in plan.adopted for name in each.shown}:
            await self._store.save_note(adopted_note(name), orjson.dumps(self._clock()))
        return count

    async def _read(
        self, name: str, shown: dict[str, dict[str, Shelf]], troubled: dict[str, str], hear: Hear, read: int
    ) -> int:
        """Note what the channel shows; how many listings were read with these, `read` having been before."""
        at = self._clock()
        async for page in self._channels[name].listings():
            for each in page:
                reason = _trouble(each, twice=name in shown.get(each.sku, {}))
                if reason:
                    troubled[each.sku] = reason
                elif each.quantity is not None:
                    shown[each.sku][name] = Shelf(each.quantity, at)
            read, at = read + len(page), self._clock()
            await hear(read)
        return read

    async def _managed(self, skus: list[str]) -> frozenset[str]:
        """Those that somebody has set; a bundle is as its parts are."""
        found: set[str] = set()
        for start in range(0, len(skus), _AT_ONCE):
            levels = await self._store.levels(skus[start : start + _AT_ONCE])
            found.update(sku for sku, level in levels.items() if level.stock.managed or level.made_of)
        return frozenset(found)

    async def _adopt(self, channel: str, adopted: Adopted, actor: str) -> bool:
        """Note what every channel shows first: one that shows what it should needs no push then; whether it was set."""
        await self._store.link(adopted.sku, {})  # there is a row then, which words can be noted in
        level = (await self._store.levels([adopted.sku]))[adopted.sku]
        if level.stock.managed or level.made_of:
            return False
        version = level.stock.version
        told = {n: Told(s.quantity, version, s.at, Push.CONFIRMED, blind=True) for n, s in adopted.shown.items()}
        own = {name: units for name, units in level.own.items() if name in told}
        await self._store.settle(adopted.sku, version, told, own)
        try:
            outcome = await self._submit(Adoption(adopted, channel, actor, f"adopt#{adopted.sku}#{version}"))
        except IsBundle:  # since a moment ago
            return False
        return outcome.status is Status.APPLIED


def _trouble(listing: Listing, *, twice: bool) -> str:
    """Why the listing cannot be adopted, or ""."""
    try:
        check_sku(listing.sku)
    except BadInput as bad:
        return bad.reason
    if twice:
        return "two listings have this SKU"
    return listing.trouble or ("" if listing.quantity is not None else "it keeps no count")
