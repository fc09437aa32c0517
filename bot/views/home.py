"""The Home tab: open alerts and channels at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.alert import alert_rows
from bot.views.blocks import Block, context, divider, fit, header, paragraphs, section
from bot.views.channels import channel_row
from bot.views.figures import moment
from core.alerts import Alert
from core.channels import ChannelHealth

_MOST = 30


def home(alerts: Sequence[Alert], channels: Sequence[ChannelHealth], now: float) -> Block:
    """The view for views.publish."""
    rows = alert_rows(alerts, _MOST)
    left = len(alerts) - len(rows)
    blocks = [
        header("Stock at a glance"),
        section(f"*Open alerts: {len(alerts):,}*" if alerts else "*No open alerts*"),
        *rows,
        *([context(f"{left:,} more; `/alerts` lists the newest.")] if left else []),
        divider(),
        *paragraphs(["*Channels*", *_channels(channels, now)]),
        context(f"As of {moment(now)}. Look a SKU up with `/stock SKU`; `/stock help` lists every command."),
    ]
    return {"type": "home", "blocks": blocks}


def _channels(channels: Sequence[ChannelHealth], now: float) -> tuple[str, ...]:
    return fit([channel_row(channel, now) for channel in channels]).rows or ("No channel is configured.",)
