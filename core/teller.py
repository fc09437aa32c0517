"""What is asked of one channel, call by call, and what its answers make of the last words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core import words
from core.backlog import Backlog
from core.errors import ChannelError
from core.expected import Outlook, Step, next_step
from core.lanes import Lane
from core.last_call import LastCall
from core.lately import Lately
from core.ports import Marketplace, Pushed
from core.pulse import Pulse
from core.sight import Sight
from core.stock import Level
from core.ties import Ties
from core.words import Word

_FRESH = 0.2


class Teller:
    """Speaks with `marketplace`, and notes in `pulse` how it answers; nothing it finds is stored yet."""

    def __init__(self, marketplace: Marketplace, ties: Ties, pulse: Pulse, backlog: Backlog) -> None:
        self.lately = Lately(ties.clock)
        self.last_call = LastCall(marketplace.name)
        self._marketplace = marketplace
        self._ties = ties
        self._pulse = pulse
        self._backlog = backlog
        self._sight = Sight(marketplace, ties.read, ties.recall)

    def outlook(self, level: Level, *, again: bool = False) -> Outlook:
        """What the channel should show for this level, on its terms."""
        return words.outlook(level, self._marketplace.name, self._ties.terms(), self._ties.clock(), again=again)

    async def levels(self, lanes: Mapping[str, Lane]) -> dict[str, Level]:
        """The newest level of each SKU, of which this instance or another one is the teller."""
        now = self._ties.clock()
        lease = self._backlog.lease(lanes)
        stale = [sku for sku, lane in lanes.items() if lease or now - lane.read_at > _FRESH]
        fresh = await self._ties.read(stale, lease) if stale else {}
        name = self._marketplace.name
        return {sku: lane.doubted(fresh.get(sku) or lane.level, name) for sku, lane in lanes.items()}

    async def tell(self, lanes: Mapping[str, Lane], levels: Mapping[str, Level]) -> dict[str, Word]:
        """The word on each SKU that nobody else tells, after the channel was told what it has to be told."""
        name = self._marketplace.name
        mine = [level for level in levels.values() if name not in level.claimed]
        views: Sequence[Outlook] = [self.outlook(level, again=lanes[level.sku].again) for level in mine]
        async with self.last_call.heard():
            views = await self._sight.looked_at(views)
        found = {view.level.sku: word for view in views if (word := words.unsent(view)) is not None}
        sent = await self._send(lanes, [view for view in views if next_step(view) is Step.SEND])
        return {**found, **sent}

    async def _send(self, lanes: Mapping[str, Lane], views: Sequence[Outlook]) -> dict[str, Word]:
        if not views:
            return {}
        wants = [words.want_of(view) for view in views]
        skus = [want.sku for want in wants]
        for want in wants:
            lanes[want.sku].sent = want.quantity
        try:
            async with self._sight.kept(skus, self._backlog.lease(skus)), self.last_call.heard():
                answers = await self._marketplace.push(wants)
        except ChannelError as error:
            self._pulse.strike(error.reason, error.retry_after)
            lost = Pushed("", ok=False, error=error.reason, lost=True)
            return {view.level.sku: words.answered(view, lost) for view in views}
        self._pulse.answered()
        self.lately.note([(want.sku, want.quantity) for want in wants])
        self.lately.note([(each.sku, each.found) for each in answers if each.found is not None])
        found = words.heard(views, answers)
        self._sight.recall(found.values())
        return found
