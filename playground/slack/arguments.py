"""Reading what a Web API call was given, however it came: query, form or JSON."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from playground.slack.errors import SlackError
from playground.slack.records import Json, JsonObject

_TRUE = frozenset({"1", "true", "True", "yes"})


class Arguments:
    """Named arguments with the conversions that Slack makes, and the OAuth scopes of the caller."""

    def __init__(self, values: Mapping[str, Json], scopes: frozenset[str] = frozenset()) -> None:
        self.values = values
        self.scopes = scopes

    def has(self, name: str) -> bool:
        """Whether it was sent and is not null."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """As text; empty when it was not sent."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        """As text; raises invalid_arguments that names the missing one."""
        if not self.text(name):
            raise invalid_arguments(f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str) -> bool:
        """As a truth value; false when it was not sent."""
        value = self.values.get(name)
        return value is True or str(value) in _TRUE

    def number(self, name: str, default: int) -> int:
        """As a whole number; raises invalid_arguments for anything else."""
        try:
            return int(self.values.get(name) or default)
        except (TypeError, ValueError):
            raise invalid_arguments(f"must be a number [json-pointer:/{name}]") from None

    def structure(self, name: str, error: str) -> Json:
        """As JSON, sent as such or as text; None when not sent; raises `error` when it is not JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None


def invalid_arguments(message: str) -> SlackError:
    """The refusal of an argument, with Slack's way to say which."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})


async def read_values(request: Request) -> JsonObject:
    """Everything in the query and the body; raises invalid_json, json_not_object or invalid_post_type."""
    values: JsonObject = dict(request.query_params)
    body = await request.body()
    if body:
        values |= _read_body(request.headers.get("content-type", ""), body)
    return values


def _read_body(content_type: str, body: bytes) -> JsonObject:
    match content_type.partition(";")[0].strip().lower():
        case "application/json":
            return _read_json(body)
        case "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        case _:
            raise SlackError("invalid_post_type")


def _read_json(body: bytes) -> JsonObject:
    try:
        values = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(values, dict):
        raise SlackError("json_not_object")
    return values
