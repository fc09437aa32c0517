"""Putting a listing right that does not show what it should, by why it does not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

from core.changes import Change, Entry, Notice, Status
from core.channels import title_of
from core.follow_up import FollowUp
from core.reconcile import Cause, Difference
from core.remark import Remark
from core.stock import Level, Push

_MARGIN = 120.0  # a channel dates its orders by its own clock


@dataclass(frozen=True, slots=True)
class Repairs:
    """`submit` commits a change, `clock` gives epoch seconds."""

    submit: Callable[[Change], Awaitable[object]]
    follow_up: FollowUp
    clock: Callable[[], float]

    async def repair(self, channel: str, found: Difference, level: Level) -> None:
        """Have the listing told, or its order looked for; an edit there is told to people. Unavailable."""
        match found.cause:
            case Cause.EDITED | Cause.GONE:
                await self._put_right(channel, found, level)
            case Cause.LOST:
                told = level.told.get(channel)
                if told is not None and told.status is Push.CONFIRMED and found.shown != found.expected:
                    await self._put_right(channel, found, level)
                else:
                    self.follow_up.nudge([found.sku], again=True)
            case Cause.UNSEEN:
                self.follow_up.doubt(channel, found.sku, found.shown or 0)
                self.follow_up.recall(channel, level.told[channel].at - _MARGIN)
            case Cause.UNTOLD:
                self.follow_up.nudge([found.sku], again=True)
            case Cause.HELD:
                return
            case _:
                assert_never(found.cause)

    async def _put_right(self, channel: str, found: Difference, level: Level) -> None:
        """Write down what it shows, so that it is told anew."""
        shown, book = found.shown or 0, found.expected or 0
        key = f"{channel}#reconcile#{found.sku}#{level.stock.version}#{shown}"
        view = self.follow_up.outlook(channel, level)
        held = "it is left so while the channel is held" if view is not None and view.held else "it is put right"
        text = f"{_text(channel, found)}; {held}."
        entry = Entry(key, found.sku, "drift", 0, self.clock(), channel=channel, note=text)
        notice = Notice(key, "drift", found.sku, text)
        await self.submit(Remark(key, found.sku, entry, notice, Status.APPLIED, book - shown))


def _text(channel: str, found: Difference) -> str:
    name, sku = title_of(channel), found.sku
    if found.shown is None:
        return f"{name} has no listing of {sku} any more, which should show {found.wanted}"
    should = f"{name} shows {found.shown} of {sku}, not the {found.expected} that it should by all we know"
    return f"{should}: {'a push to it was lost' if found.cause is Cause.LOST else 'it was edited there'}"
