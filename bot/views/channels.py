"""How the sales channels are doing, and what people arranged for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views.blocks import Content, context, paragraphs, section
from bot.views.figures import ago, count, moment, span
from bot.views.reconcile import running_row
from bot.views.text import code, escape, name
from core.channels import ChannelHealth
from core.listings import explain
from core.reconcile import Reconciled
from core.rules import WHOLE, Rule
from core.stock import Stock
from core.terms import Hold

_MARKS = {"paused": ":double_vertical_bar:", "owed": ":warning:", "fine": ":white_check_mark:", "dry": ":test_tube:"}
NONE: Mapping[str, Reconciled] = {}


def channel_row(channel: ChannelHealth, now: float, reconcile: Reconciled | None = None) -> str:
    """One line: fine, paused by whom, only rehearsing, what is owed and since when, and the reconcile that runs."""
    since = f"{moment(channel.paused_at)}" if channel.paused_at else ""
    by = f" by {name(channel.paused_by)} {since}".rstrip() if channel.paused_by else ""
    parts = [
        f"paused{by}" if channel.paused else "",
        "dry run: nothing is sent" if channel.dry_run else "",
        f"{count(channel.owed, 'SKU')} owed" if channel.owed else "",
        f"the oldest for {span(now - channel.oldest_owed)}" if channel.owed and channel.oldest_owed else "",
        f"{count(channel.refused, 'SKU')} refused" if channel.refused else "",
        _last_told(channel, now),
        f"lists {channel.rule}" if channel.rule else "",
        escape(channel.error, 120) if channel.error else "",
        running_row(reconcile, now) if reconcile else "",
    ]
    return f"{_MARKS[_state(channel)]} *{escape(channel.name, 40)}*: {' · '.join(part for part in parts if part)}"


def channel_list(channels: Sequence[ChannelHealth], now: float, reconciles: Mapping[str, Reconciled] = NONE) -> Content:
    """Every channel on one line, and what can be done."""
    if not channels:
        text = "No channel has keys yet. README says how to connect one; `syncstate doctor` checks it."
        return Content(text, (section(text),))
    rows = [channel_row(channel, now, reconciles.get(channel.name)) for channel in channels]
    hint = (
        "`/channels pause NAME` · `resume NAME` · `sync NAME` · `reconcile NAME` · `adopt NAME` · `dry-run NAME on` · "
        "`rule NAME percent=90 max=30`"
    )
    return Content("\n".join(["Channels", *rows]), (*paragraphs(["*Channels*", *rows]), context(hint)))


def arranged(actor: str, done: str, channel: str, sku: str, then: str) -> Content:
    """Who arranged what, and what follows from it."""
    what = f"{code(sku)} on " if sku else ""
    text = f"{name(actor)} {done} {what}*{escape(channel, 40)}*. {escape(then)}"
    return Content(text, (section(text),))


def terms_line(stock: Stock, rule: Rule, paused: Hold | None, *, dry_run: bool) -> str:
    """What is arranged for a SKU on a channel: `lists 50 - 5 = 45, 90 % = 40, at most 30 · paused by @ann`."""
    parts = [
        f"lists {explain(stock, rule)}" if rule != WHOLE else "",
        f"paused by {name(paused.by)}" if paused else "",
        "dry run: nothing is sent" if dry_run else "",
    ]
    return " · ".join(part for part in parts if part)


def _last_told(channel: ChannelHealth, now: float) -> str:
    if channel.last_success:
        return f"last told {ago(channel.last_success, now)}"
    if channel.adopted:
        return f"not told anything yet, its levels became stock {ago(channel.adopted, now)}"
    if channel.owed or channel.refused:
        return "not told anything yet"
    adopt = code(f"/channels adopt {channel.name}", 60)
    return f"not told anything yet: nothing is, until stock is set or {adopt} takes what it shows"


def _state(channel: ChannelHealth) -> str:
    if channel.paused:
        return "paused"
    if channel.dry_run:
        return "dry"
    return "owed" if channel.owed or channel.refused or channel.error else "fine"
