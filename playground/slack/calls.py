"""Answering one Web API call: limits first, then who calls, then what the method does."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.slack.arguments import Arguments
from playground.slack.errors import SlackError
from playground.slack.faults import Fault, FaultKind
from playground.slack.methods.table import METHODS, Method
from playground.slack.records import Call, JsonObject
from playground.slack.workspace import Workspace

_OK = 200
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the caller: `ok` and `error` are in the body, as always with Slack."""

    body: JsonObject
    status: int = _OK
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_call(workspace: Workspace, name: str, values: JsonObject, token: str, fault: Fault | None) -> Answer:
    """Run the method and answer as Slack does; the call is kept in `workspace.calls`."""
    answer = _limited(workspace, name, values, fault) or _run(workspace, name, values, token, fault)
    error = answer.body.get("error", "")
    workspace.calls.append(Call(name, values, workspace.clock(), answer.status, error))
    workspace.changes.tell()
    return answer


def refused(error: SlackError) -> Answer:
    """The answer that carries an error's code and fields."""
    return Answer({"ok": False, "error": error.code, **error.fields})


def _limited(workspace: Workspace, name: str, values: JsonObject, fault: Fault | None) -> Answer | None:
    if fault and fault.kind is FaultKind.RATE_LIMITED:
        seconds = fault.retry_after
    else:
        seconds = workspace.limits.seconds_to_wait(name, _channel_id(workspace, values))
    if not seconds:
        return None
    headers = {"Retry-After": str(seconds)}
    return Answer({"ok": False, "error": "ratelimited"}, _TOO_MANY, headers)


def _channel_id(workspace: Workspace, values: JsonObject) -> str:
    name = str(values.get("channel", ""))
    try:
        return workspace.channel(name).id
    except LookupError:
        return name


def _run(workspace: Workspace, name: str, values: JsonObject, token: str, fault: Fault | None) -> Answer:
    try:
        method = _find(name)
        scopes = _authorize(workspace, method, token)
        _strike(fault)
        body = method.run(workspace, Arguments(values, scopes))
    except SlackError as error:
        return refused(error)
    headers = {"X-OAuth-Scopes": ",".join(sorted(scopes)), "X-Accepted-OAuth-Scopes": method.scope}
    return Answer({"ok": True, **body}, headers=headers)


def _find(name: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    return METHODS[name]


def _strike(fault: Fault | None) -> None:
    if fault and fault.kind is FaultKind.REFUSED:
        raise SlackError(fault.error)


def _authorize(workspace: Workspace, method: Method, token: str) -> frozenset[str]:
    if method.public:
        return frozenset()
    if not token:
        raise SlackError("not_authed")
    scopes = workspace.scopes.get(token)
    if scopes is None:
        raise SlackError("invalid_auth")
    if method.scope and method.scope not in scopes:
        provided = ",".join(sorted(scopes))
        raise SlackError("missing_scope", needed=method.scope, provided=provided)
    return scopes
