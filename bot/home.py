"""The Home tab of whoever opens it."""

from __future__ import annotations

from bot.people import Workspace
from bot.slack import Slack
from bot.views.home import home
from core.service import Service

_MOST = 100


async def publish_home(service: Service, slack: Slack, workspace: Workspace, user_id: str) -> None:
    """Show open alerts and channels as they are now; SlackFailure, Unavailable."""
    alerts = await service.alerts(limit=_MOST)
    view = home(alerts.items, await service.channels(), service.clock())
    await slack.publish_home(workspace, user_id, view)
