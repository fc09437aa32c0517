"""What a person sees of the app's immediate answer to a command or a submitted modal."""

import json

from playground.slack.arguments import Arguments
from playground.slack.delivery import Delivery
from playground.slack.errors import SlackError
from playground.slack.methods.views import check_view
from playground.slack.records import Content, Json, JsonObject, View
from playground.slack.responding import show
from playground.slack.response_urls import Ticket
from playground.slack.workspace import Workspace

SLACKBOT = "USLACKBOT"


def show_answer(workspace: Workspace, ticket: Ticket, command: str, delivery: Delivery) -> str:
    """Show the answer to a command, or Slack's own complaint; the error code when Slack refuses the answer."""
    if not delivery.ok:
        error = "operation_timeout" if delivery.timed_out else "dispatch_failed"
        text = f'{command} failed with the error "{error}"'
        workspace.posts.post(ticket.channel, SLACKBOT, Content(text), visible_to=ticket.user)
        return ""
    try:
        values = _as_message(delivery)
        if values.keys() - {"response_type"}:
            show(workspace, ticket, Arguments(values))
    except SlackError as error:
        return error.code
    return ""


def follow_submission(workspace: Workspace, view: View, delivery: Delivery) -> str:
    """Close, change or keep the modal as the answer says; the error code when Slack refuses the answer."""
    if not delivery.ok:
        return ""
    try:
        _act(workspace, view, _as_object(delivery.answer))
    except SlackError as error:
        return error.code
    return ""


def _act(workspace: Workspace, view: View, answer: JsonObject) -> None:
    match answer.get("response_action"):
        case None:
            workspace.views.close(view.user)
        case "clear":
            workspace.views.close(view.user, all_of_them=True)
        case "update":
            workspace.views.update(view, check_view(answer.get("view"), "modal"))
        case "push":
            workspace.views.push(view.user, check_view(answer.get("view"), "modal"))
        case "errors":
            _check_errors(view, answer.get("errors"))
        case _:
            raise SlackError("invalid_response_action")


def _check_errors(view: View, errors: Json) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or errors.keys() - inputs:
        raise SlackError("invalid_errors")


def _as_message(delivery: Delivery) -> JsonObject:
    kind = (delivery.answer_headers or {}).get("content-type", "")
    if "json" in kind:
        return _as_object(delivery.answer)
    return {"text": delivery.answer} if delivery.answer.strip() else {}


def _as_object(text: str) -> JsonObject:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        raise SlackError("invalid_json") from None
    return value if isinstance(value, dict) else {}
