"""views.*: modals and Home tabs."""

import json

from playground.slack.arguments import Arguments, invalid_arguments
from playground.slack.blocks import validate_view
from playground.slack.errors import SlackError
from playground.slack.records import Json, JsonObject, View
from playground.slack.state import empty_state
from playground.slack.workspace import Workspace

_MAX_BYTES = 250_000


def open_view(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Open a modal for the person behind the trigger."""
    body = _view(arguments, "modal")
    user = workspace.triggers.exchange(arguments.required("trigger_id"))
    return {"view": view_as_json(workspace, workspace.views.open(user, body))}


def push(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Put a modal on top of those that the person has open."""
    body = _view(arguments, "modal")
    user = workspace.triggers.exchange(arguments.required("trigger_id"))
    return {"view": view_as_json(workspace, workspace.views.push(user, body))}


def publish(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Set a person's Home tab."""
    body = _view(arguments, "home")
    user = arguments.required("user_id")
    if user not in workspace.users:
        raise invalid_arguments("user not found [json-pointer:/user_id]")
    view = workspace.views.publish(user, body, arguments.text("hash"))
    return {"view": view_as_json(workspace, view)}


def update(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Change a view that is open, by its id or external_id."""
    shown = workspace.views.find(arguments.text("view_id"), arguments.text("external_id"))
    if shown is None:
        raise SlackError("not_found")
    body = _view(arguments, shown.type)
    view = workspace.views.update(shown, body, arguments.text("hash"))
    return {"view": view_as_json(workspace, view)}


def check_view(view: Json, kind: str) -> JsonObject:
    """The view if Slack would show it; raises invalid_arguments with pointers, or view_too_large."""
    errors = [error.under("/view") for error in validate_view(view)]
    if errors:
        messages = [f"[ERROR] {error.as_line()}" for error in errors]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    if view["type"] != kind:
        raise invalid_arguments("must be a valid enum value [json-pointer:/view/type]")
    if len(json.dumps(view).encode()) > _MAX_BYTES:
        raise SlackError("view_too_large")
    return dict(view)


def view_as_json(workspace: Workspace, view: View, state: JsonObject | None = None) -> JsonObject:
    """The view as methods and payloads carry it, with what the person has filled in so far."""
    return {
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **view.body,
        "id": view.id,
        "team_id": workspace.team.id,
        "hash": view.hash,
        "state": {"values": empty_state(view.blocks) if state is None else state},
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": workspace.bot.app_id,
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.bot.bot_id,
    }


def _view(arguments: Arguments, kind: str) -> JsonObject:
    view = arguments.structure("view", "invalid_arguments")
    if view is None:
        raise invalid_arguments("missing required field: view")
    return check_view(view, kind)
