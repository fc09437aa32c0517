"""A signed body as one object of the shape that Slack promises, or a plain reason why it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import orjson

from core.errors import BadPayload

Payload: TypeAlias = dict[str, Any]

_FIELDS = 1_000
_NAMED = ("user", "team", "channel", "enterprise")
_DEPTH = 8
_OBJECTS = (
    "event",
    "view",
    "message",
    "previous_message",
    "container",
    "item",
    "assistant_thread",
    "function_data",
)
_TEXTS = ("team_id", "user_id", "channel_id", "api_app_id", "trigger_id", "event_id", "command", "text", "response_url")


def read(content_type: str, body: bytes) -> Payload:
    """The payload of a command, interaction or event; BadPayload when it is not of Slack's shape."""
    if "json" in content_type.lower() or body.lstrip().startswith(b"{"):
        payload = _json(body)
    else:
        form = _form(body)
        payload = (
            form if "command" in form or "payload" not in form else _json(form["payload"].encode("utf-8", "replace"))
        )
    _check(payload)
    return payload


def kind_of(payload: Payload) -> str:
    """`command`, `ssl_check`, or the `type` that Slack gave it."""
    if "command" in payload:
        return "command"
    kind = payload.get("type")
    return "ssl_check" if "ssl_check" in payload else kind if isinstance(kind, str) else ""


def view_kind(payload: Payload) -> str:
    """`home` or `modal` when it is about a view, else ""."""
    view = payload.get("view")
    return str(view.get("type") or "") if isinstance(view, dict) else ""


def request_key(payload: Payload, signature: str = "") -> str:
    """What the request is known by when it comes again: its trigger, event or signature, and what it asks for."""
    once = payload.get("trigger_id") or payload.get("event_id") or signature
    asked = [once, _user(payload), *(payload.get(name) for name in ("command", "text", "actions"))]
    return "slack#" + sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:40]


def _user(payload: Payload) -> str:
    user = payload.get("user")
    return str(user.get("id") if isinstance(user, dict) else payload.get("user_id"))


def _json(body: bytes) -> Payload:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadPayload("the body is not JSON") from None
    if not isinstance(payload, dict):
        raise BadPayload("the body is not a JSON object")
    return payload


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS, errors="surrogateescape")
    except UnicodeDecodeError:
        raise BadPayload("the body is not a form") from None
    except ValueError:
        raise BadPayload(f"the form has more than {_FIELDS} fields") from None
    return dict(pairs)


def _check(payload: Payload) -> None:
    _parts(payload, _DEPTH)
    kind = kind_of(payload)
    _require(bool(kind), "it has no type")
    check = _SHAPES.get(kind)
    if check:
        check(payload)


def _parts(part: Payload, depth: int) -> None:
    """What Bolt looks into, whatever the kind: a part of another shape would break it."""
    _require(depth > 0, "it is nested too deep")
    for name in _TEXTS:
        _require(part.get(name) is None or isinstance(part[name], str), f"{name} is not text")
    for name in _NAMED:
        _require(_names(part.get(name)), f"{name} is malformed")
    grants = part.get("authorizations")
    _require(grants is None or isinstance(grants, list), "authorizations is not a list")
    inner = [part[name] for name in _OBJECTS if part.get(name) is not None]
    for each in (*inner, *(grants or ())):
        _require(isinstance(each, dict), "a part is malformed")
        _parts(each, depth - 1)


def _actions(payload: Payload) -> None:
    actions = payload.get("actions")
    _require(isinstance(actions, list) and bool(actions), "it has no actions")
    _require(all(isinstance(action, dict) for action in actions or ()), "an action is malformed")


def _event(payload: Payload) -> None:
    event = payload.get("event")
    _require(isinstance(event, dict) and isinstance(event.get("type"), str), "it has no event")


def _view(payload: Payload) -> None:
    _require(isinstance(payload.get("view"), dict), "it has no view")
    payload["view"].setdefault("type", "modal")
    payload.pop("response_urls", None)  # not used here, and Bolt fails on more than one


def _shortcut(payload: Payload) -> None:
    _require(isinstance(payload.get("callback_id"), str), "it has no callback_id")
    _require(isinstance(payload.get("message"), dict), "it has no message")


def _challenge(payload: Payload) -> None:
    _require(isinstance(payload.get("challenge"), str), "it has no challenge")


def _names(value: object) -> bool:
    if isinstance(value, dict):
        return value.get("id") is None or isinstance(value["id"], str)
    return value is None or isinstance(value, str)


def _require(good: bool, reason: str) -> None:  # noqa: FBT001 -- reads as a sentence
    if not good:
        raise BadPayload(reason)


_SHAPES: Mapping[str, Callable[[Payload], None]] = {
    "block_actions": _actions,
    "event_callback": _event,
    "message_action": _shortcut,
    "view_submission": _view,
    "view_closed": _view,
    "url_verification": _challenge,
}
