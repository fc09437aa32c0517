"""From what a marketplace says to the change it makes: orders fetched, echo told from drift, bad messages parked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol, assert_never

from core.changes import Change, Entry, Notice, Progress, Status
from core.channels import title_of
from core.errors import NotConfigured
from core.expected import Outlook
from core.messages import Ignored, Message, Refetch, Refused, Shown, Standing
from core.orders.change import OrderChange
from core.orders.facts import OrderFacts
from core.ports import Marketplace, Store
from core.remark import Remark
from core.returns.change import ReturnChange
from core.standing import StandingChange
from core.stock import Level, Push

_PATIENCE = 1.5
_MARGIN = 2.0
LOWER = "it is lower than told: an order of its own is on its way"
_ON_ITS_WAY = "a push of this SKU is on its way"


class Tellers(Protocol):
    """Those who tell the channels, as far as a message must be held against what they told."""

    def outlook(self, channel: str, level: Level) -> Outlook | None:
        """What the channel should show for the level; None where nobody tells it."""
        ...

    def lately_told(self, channel: str, sku: str) -> Collection[int]:
        """What a channel was told of a SKU in the last minute."""
        ...

    def doubt(self, channel: str, sku: str, shown: int) -> None:
        """A listing was said to show so many, fewer than expected."""
        ...


class Intake:
    """Turns one message into the change to commit, or into the plain reason why there is none."""

    def __init__(
        self,
        store: Store,
        marketplaces: Mapping[str, Marketplace],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        tellers: Tellers,
    ) -> None:
        self._store = store
        self.marketplaces = marketplaces
        self._clock = clock
        self._sleep = sleep
        self._tellers = tellers

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
        view, verdict = await self._judge(channel, sku, message)
        if verdict in ("", _ON_ITS_WAY):
            # A cancel or refund that put units back is told apart from its listing's new number, moments later.
            await self._sleep(_PATIENCE)
            view, verdict = await self._judge(channel, sku, message)
        if verdict == LOWER:
            self._tellers.doubt(channel, sku, message.quantity)
        return verdict or (self._drifted(view, message) if view else "the channel is told nothing")

    async def _judge(self, channel: str, sku: str, message: Shown) -> tuple[Outlook | None, str]:
        view = self._tellers.outlook(channel, (await self._store.levels([sku]))[sku])
        if view is None:
            return None, "the channel is told nothing"
        return view, judge(view, message, self._tellers.lately_told(channel, sku))

    def _drifted(self, view: Outlook, message: Shown) -> Remark:
        channel, sku, book = view.channel, view.level.sku, view.book or 0
        key = f"{channel}#drift#{sku}#{message.quantity}#{message.at:.0f}"
        mended = "it is left so while the channel is paused" if view.held else "it is put right"
        name = title_of(channel)
        text = f"{name} shows {message.quantity} of {sku}, not the {book} that it should by all we know; {mended}."
        entry = Entry(key, sku, "drift", 0, self._clock(), channel=channel, note=text)
        return Remark(key, sku, entry, Notice(key, "drift", sku, text), Status.APPLIED, book - message.quantity)


def judge(view: Outlook, shown: Shown, lately: Collection[int] = ()) -> str:
    """Why a quantity that a listing shows is nothing to worry about, or "" when somebody must have edited it there.

    `lately`: what the channel was told in the last minute, whose echoes may still be on their way.
    """
    told, book, quantity = view.told, view.book, shown.quantity
    if not view.level.stock.managed:
        return "the channel is never told this SKU"
    if view.level.links.get(view.channel, "") not in ("", shown.listing) and shown.listing != view.level.sku:
        return "it is of another listing than the one that the SKU is linked to"
    if told is None or told.quantity is None or book is None:
        return _ON_ITS_WAY
    on_its_way = told.status is not Push.CONFIRMED or told.quantity != view.wanted or view.own != 0
    reasons = (
        (quantity == told.quantity or quantity in lately, "it is the echo of our own push"),
        (quantity == book, "its own orders explain it"),
        (quantity == view.wanted, "it is what the listing should show"),
        (shown.at < told.at - _MARGIN, "it is older than the last push"),
        (on_its_way, _ON_ITS_WAY),
        (quantity < told.quantity, LOWER),
        (quantity < max(lately, default=0), "it is lower than lately told: the news is older than the last push"),
    )
    return next((reason for holds, reason in reasons if holds), "")
