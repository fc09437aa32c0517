"""A workspace that is ready to use: a team, a few people by what they do, and the app's channels."""

from collections.abc import Callable

from playground.slack.methods.table import ALL_SCOPES, CONNECT
from playground.slack.workspace import Workspace

BOT_TOKEN = "xoxb-playground"
APP_TOKEN = "xapp-playground"
SIGNING_SECRET = "playground-signing-secret"
PEOPLE = ("operator", "warehouse", "buyer")
CHANNELS = ("alerts", "digest", "escalation", "stock")
FOREIGN_TEAM = "T0000OTHER"


def sample_workspace(clock: Callable[[], float], base_url: str = "") -> Workspace:
    """A workspace with people, a guest of another team, the app's channels with the bot in them, and its tokens."""
    workspace = Workspace(clock)
    workspace.base_url = base_url or workspace.base_url
    for name in PEOPLE:
        workspace.add_user(name)
    workspace.add_user("guest", team_id=FOREIGN_TEAM)
    for name in CHANNELS:
        workspace.add_channel(name)
    workspace.grant(BOT_TOKEN, ALL_SCOPES)
    workspace.grant(APP_TOKEN, {CONNECT})
    return workspace
