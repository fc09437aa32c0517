"""auth.test, apps.connections.open, team.info and users.*: who is who, and who may connect."""

from playground.slack.arguments import Arguments
from playground.slack.errors import SlackError
from playground.slack.methods.pages import page
from playground.slack.records import JsonObject
from playground.slack.workspace import Workspace


def auth_test(workspace: Workspace, _: Arguments) -> JsonObject:
    """Whose token this is."""
    return {
        "url": f"https://{workspace.team.domain}.slack.com/",
        "team": workspace.team.name,
        "user": workspace.bot.name,
        "team_id": workspace.team.id,
        "user_id": workspace.bot.user_id,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(workspace: Workspace, _: Arguments) -> JsonObject:
    """Where an app-level token may connect; there is nobody at the other end."""
    return {"url": f"wss://wss.{workspace.team.domain}.slack.com/link/?ticket=none"}


def team_info(workspace: Workspace, _: Arguments) -> JsonObject:
    """The workspace."""
    return {"team": workspace.team.as_json()}


def users_info(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """One member."""
    user = workspace.users.get(arguments.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.as_json()}


def users_list(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Every member, by pages."""
    rows = [user.as_json() for user in workspace.users.values()]
    return page("members", rows, arguments, default=1000)
