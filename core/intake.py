"""From what a marketplace says to the change it makes: orders fetched, echo told from drift, bad messages parked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import assert_never

import orjson

from core.changes import Change, Decision, Entry, Notice, Progress, Status
from core.errors import NotConfigured
from core.listings import listed
from core.messages import Ignored, Message, Refetch, Refused, Shown, Standing
from core.orders.change import OrderChange
from core.orders.facts import OrderFacts
from core.ports import Marketplace, Store
from core.returns.change import ReturnChange
from core.standing import StandingChange
from core.stock import Level, Move, Push, Stock

_PATIENCE = 1.5
_ON_ITS_WAY = "a push of this SKU is on its way"


@dataclass(frozen=True, slots=True)
class Remark:
    """A change that moves no stock: a ledger row and a notice, once for its key.

    `own` units less are shown by the channel's listing of `sku` than it was told (below 0: more), so it is told again.
    """

    key: str
    sku: str
    entry: Entry
    notice: Notice
    status: Status
    own: int = 0

    @property
    def exact(self) -> bool:
        """It reads no numbers."""
        return False

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The SKU, if it is about one."""
        return (self.sku,) if self.sku else ()

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Note it, once."""
        if known is not None:
            return Decision(Status.DUPLICATE)
        moves = (Move(self.sku, channel=self.entry.channel, own=self.own),) if self.own else ()
        return Decision(self.status, orjson.dumps(1), moves, (self.entry,), (self.notice,))


class Intake:
    """Turns one message into the change to commit, or into the plain reason why there is none.

    `lately_told` answers what a channel was told of a SKU in the last minute.
    """

    def __init__(
        self,
        store: Store,
        marketplaces: Mapping[str, Marketplace],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        lately_told: Callable[[str, str], Collection[int]],
    ) -> None:
        self._store = store
        self.marketplaces = marketplaces
        self._clock = clock
        self._sleep = sleep
        self._lately_told = lately_told

    async def change_for(self, channel: str, message: Message) -> Change | str:  # noqa: PLR0911 - one for each kind
        """The change, or why there is none; ChannelError when an order must be fetched and cannot be."""
        match message:
            case OrderFacts():
                return OrderChange(message, self._clock())
            case ReturnChange():
                return message
            case Ignored():
                return message.reason
            case Refused():
                return self._parked(channel, message)
            case Refetch():
                return await self._fetched(channel, message)
            case Shown():
                return await self._seen(channel, message)
            case Standing():
                return StandingChange(channel, message, self._clock())
            case _:
                assert_never(message)

    def _parked(self, channel: str, message: Refused) -> Remark:
        now = self._clock()
        entry = Entry(
            message.key, "", "parked", 0, now, Progress.FAILED, channel, message.order_id, note=message.reason
        )
        text = f"A message from {channel} cannot be applied: {message.reason}."
        notice = Notice(f"{message.key}#refused", "webhook_refused", "", text, scope=channel)
        return Remark(message.key, "", entry, notice, Status.PARKED)

    async def _fetched(self, channel: str, message: Refetch) -> Change | str:
        try:
            facts = await self.marketplaces[channel].fetch_order(message.order_id)
        except NotConfigured as missing:
            return f"order {message.order_id} cannot be fetched: {missing}"
        return f"there is no order {message.order_id}" if facts is None else OrderChange(facts, self._clock())

    async def _seen(self, channel: str, message: Shown) -> Change | str:
        try:
            sku = message.sku or await self.marketplaces[channel].sku_of(message.listing)
        except NotConfigured:
            return "the listing's SKU is not known"
        if not sku:
            return "the listing has no SKU of ours"
        level, verdict = await self._judge(channel, sku, message.quantity)
        if verdict in ("", _ON_ITS_WAY):
            # A cancel or refund that put units back is told apart from its listing's new number, moments later.
            await self._sleep(_PATIENCE)
            level, verdict = await self._judge(channel, sku, message.quantity)
        return verdict or self._drifted(channel, level, message)

    async def _judge(self, channel: str, sku: str, quantity: int) -> tuple[Level, str]:
        level = (await self._store.levels([sku]))[sku]
        return level, judge(level, channel, quantity, self._lately_told(channel, sku))

    def _drifted(self, channel: str, level: Level, message: Shown) -> Remark:
        wanted = listed(level.stock)
        told = level.told[channel].quantity or 0
        key = f"{channel}#drift#{level.sku}#{message.quantity}#{message.at:.0f}"
        name = channel.capitalize()
        text = f"{name} shows {message.quantity} of {level.sku}, not the {wanted} it was told; it is put right."
        entry = Entry(key, level.sku, "drift", 0, self._clock(), channel=channel, note=text)
        own = told - level.own.get(channel, 0) - message.quantity
        return Remark(key, level.sku, entry, Notice(key, "drift", level.sku, text), Status.APPLIED, own)


def judge(level: Level, channel: str, quantity: int, lately: Collection[int] = ()) -> str:
    """Why a quantity that a listing shows is nothing to worry about, or "" when somebody must have edited it there.

    `lately`: what the channel was told in the last minute, whose echoes may still be on their way.
    """
    told = level.told.get(channel)
    if not level.stock.managed:
        return "the channel is never told this SKU"
    if told is None or told.quantity is None:
        return _ON_ITS_WAY
    own, wanted = level.own.get(channel, 0), listed(level.stock)
    on_its_way = told.status is not Push.CONFIRMED or told.quantity != wanted or own != 0
    reasons = (
        (quantity == told.quantity or quantity in lately, "it is the echo of our own push"),
        (quantity == told.quantity - own, "its own orders explain it"),
        (quantity == wanted, "it is what the listing should show"),
        (on_its_way, _ON_ITS_WAY),
        (quantity < told.quantity, "it is lower than told: an order of its own is on its way"),
        (quantity < max(lately, default=0), "it is lower than lately told: the news is older than the last push"),
    )
    return next((reason for holds, reason in reasons if holds), "")
