"""`/alerts`: the open alerts, with buttons."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.alert import alert_list
from core.errors import BadInput

SLASH = "/alerts"
NAME = "list"
BARE = True
CHANGES = False
USAGE = "/alerts"
EXAMPLE = "/alerts"
HELP = "The open alerts, with buttons to acknowledge them."

_MOST = 50


async def run(call: Call) -> Reply:
    """List what is not resolved, newest first."""
    if call.words:
        raise BadInput("alerts", "takes no words")
    page = await call.service.alerts(limit=_MOST)
    return Reply(alert_list(page.items, more=bool(page.cursor)))
