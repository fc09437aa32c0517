"""DynamoDB's JSON written and read as it is: botocore signs and sends it, but need not walk through every attribute.

Amazon DynamoDB API Reference, "Low-level API": a request's body is its parameters as JSON, bytes in base64.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from botocore.parsers import JSONParser, ResponseParserFactory
from botocore.session import Session

# Answers that hold nothing but attributes, numbers and texts; all others are read by botocore, for times and the like.
_PLAIN = frozenset(
    f"{name}Output"
    for name in ("BatchGetItem", "BatchWriteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem")
)
_GIVEN, _OUTLINE = "syncstate_parameters", "syncstate_outline"


def speak_plainly(session: Session) -> None:
    """Have the session's DynamoDB clients write and read JSON directly."""
    session.register_component("response_parser_factory", _Parsers())
    session.register("provide-client-params.dynamodb", _set_aside)
    session.register("before-call.dynamodb", _write_body)


class _Parser(JSONParser):
    """Reads plain answers at once."""

    def parse(self, response: Mapping[str, Any], shape: Any) -> Any:  # noqa: ANN401 - botocore's own signature
        """The answer; an error, or one with times in it, as botocore reads it."""
        if response["status_code"] >= HTTPStatus.MULTIPLE_CHOICES or shape is None or shape.name not in _PLAIN:
            return super().parse(response, shape)
        answer = orjson.loads(response["body"])
        answer["ResponseMetadata"] = {"HTTPStatusCode": response["status_code"], "HTTPHeaders": response["headers"]}
        return answer


class _Parsers(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> Any:  # noqa: ANN401 - botocore's own signature
        """A parser of the protocol."""
        return _Parser() if protocol_name == "json" else super().create_parser(protocol_name)


def _set_aside(**event: Any) -> Any:  # noqa: ANN401 - botocore's own signature
    params, context = event["params"], event["context"]
    # What botocore goes on with is only the outline: it chooses an endpoint by it and would walk through the rest.
    context[_GIVEN] = params
    context[_OUTLINE] = outline = {
        name: type(value)() if isinstance(value, dict | list) else value for name, value in params.items()
    }
    return outline


def _write_body(**event: Any) -> None:  # noqa: ANN401 - botocore's own signature
    context = event["context"]
    # Handlers of botocore's may have added to the outline.
    event["params"]["body"] = orjson.dumps(context[_OUTLINE] | context[_GIVEN], default=_as_text)


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"DynamoDB has no {type(value).__name__}")
