"""How the sales channels are doing."""

from __future__ import annotations

from bot.views.figures import ago, count, span
from bot.views.text import escape
from core.channels import ChannelHealth


def channel_row(channel: ChannelHealth, now: float) -> str:
    """One line: fine, paused, or what is owed and since when."""
    state = "paused" if channel.paused else "owed" if channel.owed or channel.error else "fine"
    mark = {"paused": ":double_vertical_bar:", "owed": ":warning:", "fine": ":white_check_mark:"}[state]
    parts = [
        "paused" if channel.paused else "",
        f"{count(channel.owed, 'SKU')} owed" if channel.owed else "",
        f"the oldest for {span(now - channel.oldest_owed)}" if channel.owed and channel.oldest_owed else "",
        f"last told {ago(channel.last_success, now)}" if channel.last_success else "not told anything yet",
        escape(channel.error, 120) if channel.error else "",
    ]
    return f"{mark} *{escape(channel.name, 40)}*: {' · '.join(part for part in parts if part)}"
