"""The Home tab: a search, what needs somebody, how channels are and what sells most today, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.views.alert import alert_rows
from bot.views.blocks import Block, context, divider, fit, header, paragraphs, search, section
from bot.views.channels import channel_row
from bot.views.figures import count, moment
from bot.views.text import code
from core.alerts import Alert, State
from core.channels import ChannelHealth
from core.digest import Mover

SEARCH = "home_search"
_ALERTS = 20
_PART = 6_000


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What the Home tab shows: unresolved alerts with the gravest first, channels, and what sells most today."""

    alerts: tuple[Alert, ...]
    channels: tuple[ChannelHealth, ...]
    movers: tuple[Mover, ...]

    @property
    def essence(self) -> object:
        """What must be shown anew when it changes; times that only pass are left out."""
        alerts = tuple((alert.alert_id, alert.edition, alert.state) for alert in self.alerts)
        channels = tuple((each.name, each.owed, each.error, each.paused, each.failing_since) for each in self.channels)
        return alerts, channels, self.movers


def home(facts: HomeFacts, now: float) -> Block:
    """The view for views.publish."""
    blocks = [
        header("Stock at a glance"),
        search("Find a SKU", "TSHIRT-M", SEARCH, SEARCH),
        *_alerts(facts.alerts),
        divider(),
        *paragraphs(["*Channels*", *_channels(facts.channels, now)]),
        *paragraphs(["*Sells most today*", *_movers(facts.movers)]),
        context(f"As of {moment(now)}; it follows what happens. `/stock help` lists every command."),
    ]
    return {"type": "home", "blocks": blocks}


def home_away(now: float) -> Block:
    """The Home tab while the store does not answer."""
    text = "The stock store does not answer right now. This page comes back by itself when it does."
    blocks = [header("Stock at a glance"), section(f":warning: {text}"), context(f"As of {moment(now)}.")]
    return {"type": "home", "blocks": blocks}


def _alerts(alerts: Sequence[Alert]) -> list[Block]:
    if not alerts:
        return [section("*No open alerts*\nNothing needs anybody now.")]
    rows = alert_rows(alerts, _ALERTS)
    unheld = sum(alert.state is State.OPEN for alert in alerts)
    left = len(alerts) - len(rows)
    more = [context(f"{left:,} more; `/alerts` lists them.")] if left else []
    return [section(f"*Open alerts: {len(alerts):,}*, {unheld:,} in nobody's hands"), *rows, *more]


def _channels(channels: Sequence[ChannelHealth], now: float) -> tuple[str, ...]:
    rows = sorted(channels, key=lambda each: (not (each.failing_since or each.error), not each.owed, each.name))
    return fit([channel_row(channel, now) for channel in rows], _PART).rows or ("No channel is configured.",)


def _movers(movers: Sequence[Mover]) -> tuple[str, ...]:
    rows = [f"• {code(each.sku)}: {count(each.sold, 'unit')} sold, {each.broadcast:,} to sell" for each in movers]
    return fit(rows, _PART).rows or ("Nothing was sold yet.",)
