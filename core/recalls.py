"""Looking a channel's recent orders through again, when its listings show that one of them was not heard of."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping, Sequence

from core.background import Background
from core.messages import Message
from core.ports import Marketplace, RecallsOrders

_EVERY = 30.0


class Recalls:
    """At most one look in 30 s for each channel; `receive` commits what a channel says, `clock` gives epoch seconds."""

    def __init__(
        self,
        marketplaces: Mapping[str, Marketplace],
        receive: Callable[[str, Sequence[Message]], Awaitable[object]],
        clock: Callable[[], float],
    ) -> None:
        self._channels = {name: each for name, each in marketplaces.items() if isinstance(each, RecallsOrders)}
        self._receive = receive
        self._clock = clock
        self._work = {name: Background(functools.partial(self._recall, name)) for name in self._channels}
        self._since: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def begin(self, channel: str, since: float) -> None:
        """Look through the orders that changed since then (epoch s), in the background, where the channel can tell."""
        if channel not in self._channels:
            return
        self._since[channel] = min(since, self._since.get(channel, since))
        if self._clock() - self._last.get(channel, float("-inf")) >= _EVERY:
            self._work[channel].begin()

    async def stop(self) -> None:
        """Break it off."""
        for work in self._work.values():
            await work.stop()

    async def _recall(self, channel: str) -> None:
        since = self._since.pop(channel, None)
        if since is None:
            return
        self._last[channel] = self._clock()
        async for messages in self._channels[channel].orders_since(since):
            await self._receive(channel, messages)
