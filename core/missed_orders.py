"""Orders whose webhooks never came: every channel is asked what changed since the last order that it told of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

import orjson

from core.alert_desk import AlertDesk
from core.changes import Notice, Status
from core.channels import title_of
from core.errors import ChannelError, NotConfigured
from core.messages import Message
from core.orders.facts import OrderFacts
from core.ports import Marketplace, RecallsOrders, Store
from core.service import Receipt

_log = logging.getLogger(__name__)
# A channel's search lags behind its webhooks, and what it dates late may be seen late.
_OVERLAP = 120.0
_LOOK_BACK = 30 * 86_400.0
_SICK_AFTER = 3_600.0


@dataclass(frozen=True, slots=True)
class Seen:
    """When the newest order that was seen last changed, and when that was looked for (epoch s)."""

    newest: float
    at: float


class MissedOrders:
    """Looks through the orders of all channels that can say what changed; `receive` commits what a channel says.

    What is known already changes nothing. `clock` gives epoch seconds.
    """

    def __init__(
        self,
        store: Store,
        marketplaces: Iterable[Marketplace],
        receive: Callable[[str, Sequence[Message]], Awaitable[Receipt]],
        desk: AlertDesk,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._channels = {each.name: each for each in marketplaces if isinstance(each, RecallsOrders)}
        self._receive = receive
        self._desk = desk
        self._clock = clock

    async def find(self) -> None:
        """Look at every channel, each for itself; Unavailable when the store cannot take what was found."""
        looks = [self._look(name, channel) for name, channel in self._channels.items()]
        for error in await asyncio.gather(*looks, return_exceptions=True):
            if error is not None:
                raise error

    async def _look(self, name: str, channel: RecallsOrders) -> None:
        now = self._clock()
        seen = await self._seen(name, now)
        try:
            newest = await self._take(name, channel, max(seen.newest - _OVERLAP, now - _LOOK_BACK))
        except NotConfigured:
            return
        except ChannelError as error:
            _log.warning("missed orders cannot be looked for: %s", error)
            await self._complain(name, seen, now, error)
            return
        await self._store.save_note(_note(name), orjson.dumps(asdict(Seen(max(seen.newest, newest), now))))
        await self._desk.resolve("sync_failed", _scope(name), f"{title_of(name)}'s orders can be read again.")

    async def _take(self, name: str, channel: RecallsOrders, since: float) -> float:
        """Commit what changed since then; returns the time of the newest change."""
        newest, count, news = 0.0, 0, 0
        async for page in channel.orders_since(since):
            receipts = await asyncio.gather(*[self._receive(name, [message]) for message in page])
            newest = max([newest, *(each.updated_at for each in page if isinstance(each, OrderFacts))])
            count += len(page)
            news += sum(receipt.status is Status.APPLIED for receipt in receipts)
        if news:
            _log.info("%s: %d of %d orders had news that no webhook had brought", name, news, count)
        return newest

    async def _seen(self, name: str, now: float) -> Seen:
        known = await self._store.note(_note(name))
        return Seen(**orjson.loads(known)) if known else Seen(now, now)

    async def _complain(self, name: str, seen: Seen, now: float, error: ChannelError) -> None:
        since = now - seen.at
        if since < _SICK_AFTER:
            return
        text = f"{title_of(name)}'s orders could not be read for {since / 60:.0f} minutes ({error.reason})."
        more = " One whose webhook is lost is not known meanwhile."
        await self._desk.report(Notice(f"{name}@{seen.at:.0f}", "sync_failed", "", text + more, scope=_scope(name)))


def _note(name: str) -> str:
    return f"orders-seen-{name}"


def _scope(name: str) -> str:
    return f"{name}-orders"
