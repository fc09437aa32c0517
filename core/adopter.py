"""Adopting a channel's quantities as the first stock: every channel is read, what disagrees is left to a person."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from core.adopt import Adopted, Adoption, Conflicts, Plan, Shelf, Unclear, decide
from core.changes import Change
from core.errors import BadInput, NotConfigured
from core.ports import Listing, Marketplace, ReadsBack, Store
from core.stock import Push, Told, check_sku

_AT_ONCE = 100


class Adopter:
    """`submit` commits a change, `clock` gives epoch seconds."""

    def __init__(
        self,
        store: Store,
        channels: Iterable[Marketplace],
        submit: Callable[[Change], Awaitable[object]],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._channels = {each.name: each for each in channels if isinstance(each, ReadsBack)}
        self._submit = submit
        self._clock = clock

    async def plan(self, channel: str, rule: Conflicts, hear: Callable[[int], None] = lambda _: None) -> Plan:
        """What would be set; `hear` is told how many listings were read. BadInput, ChannelError, NotConfigured."""
        if channel not in self._channels:
            raise BadInput("channel", f"must be one of {', '.join(self._channels) or 'none: none has all its keys'}")
        shown: dict[str, dict[str, Shelf]] = defaultdict(dict)
        troubled: dict[str, str] = {}
        await self._read(channel, shown, troubled, hear)
        for name in [each for each in self._channels if each != channel]:
            with suppress(NotConfigured):  # a channel that is not connected says nothing against it
                await self._read(name, shown, {}, hear)
        for sku in troubled:
            shown.pop(sku, None)
        managed = await self._managed(list(shown))
        open_ones = {sku: each for sku, each in shown.items() if sku not in managed}
        found = decide(channel, open_ones, rule)
        also = tuple(Unclear(sku, reason) for sku, reason in sorted(troubled.items()))
        return replace(found, troubled=(*found.troubled, *also), managed=sum(channel in shown[sku] for sku in managed))

    async def carry_out(self, channel: str, plan: Plan, actor: str, done: Callable[[int], None]) -> None:
        """Set what the plan sets, each SKU once; `done` is told how many are durable. Unavailable."""
        for start in range(0, len(plan.adopted), _AT_ONCE):
            part = plan.adopted[start : start + _AT_ONCE]
            await asyncio.gather(*[self._adopt(channel, each, actor) for each in part])
            done(start + len(part))

    async def _read(
        self, name: str, shown: dict[str, dict[str, Shelf]], troubled: dict[str, str], hear: Callable[[int], None]
    ) -> None:
        read, at = 0, self._clock()
        async for page in self._channels[name].listings():
            for each in page:
                reason = _trouble(each, twice=name in shown.get(each.sku, {}))
                if reason:
                    troubled[each.sku] = reason
                elif each.quantity is not None:
                    shown[each.sku][name] = Shelf(each.quantity, at)
            read, at = read + len(page), self._clock()
            hear(read)

    async def _managed(self, skus: list[str]) -> frozenset[str]:
        found: set[str] = set()
        for start in range(0, len(skus), _AT_ONCE):
            levels = await self._store.levels(skus[start : start + _AT_ONCE])
            found.update(sku for sku, level in levels.items() if level.stock.managed)
        return frozenset(found)

    async def _adopt(self, channel: str, adopted: Adopted, actor: str) -> None:
        """Note what every channel shows first: one that shows what it should needs no push then."""
        await self._store.link(adopted.sku, {})  # there is a row then, which words can be noted in
        level = (await self._store.levels([adopted.sku]))[adopted.sku]
        if level.stock.managed:
            return
        version = level.stock.version
        told = {n: Told(s.quantity, version, s.at, Push.CONFIRMED, blind=True) for n, s in adopted.shown.items()}
        own = {name: units for name, units in level.own.items() if name in told}
        await self._store.settle(adopted.sku, version, told, own)
        await self._submit(Adoption(adopted, channel, actor, f"adopt#{adopted.sku}#{version}"))


def _trouble(listing: Listing, *, twice: bool) -> str:
    """Why the listing cannot be adopted, or ""."""
    try:
        check_sku(listing.sku)
    except BadInput as bad:
        return bad.reason
    if twice:
        return "two listings have this SKU"
    return listing.trouble or ("" if listing.quantity is not None else "it keeps no count")
