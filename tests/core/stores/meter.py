"""Counts what DynamoDB would charge: every request asks for its consumed capacity, indexes and all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_WRITES = ("PutItem", "UpdateItem", "BatchWriteItem", "TransactWriteItems")
_READS = ("GetItem", "BatchGetItem", "Query", "Scan")


@dataclass(slots=True)
class Meter:
    """The units and the requests since the last reading."""

    written: float = 0.0
    read: float = 0.0
    calls: list[str] = field(default_factory=list)

    def watch(self, client: DynamoDBClient) -> None:
        """Count what this client asks for."""
        for operation in (*_WRITES, *_READS):
            client.meta.events.register(f"before-parameter-build.dynamodb.{operation}", _ask)
            client.meta.events.register(f"after-call.dynamodb.{operation}", self._count)

    def reset(self) -> None:
        """Begin anew."""
        self.written, self.read, self.calls = 0.0, 0.0, []

    def _count(self, parsed: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's own
        self.calls.append(model.name)
        consumed = parsed.get("ConsumedCapacity", [])
        units = sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
        if model.name in _WRITES:
            self.written += units
        else:
            self.read += units


def _ask(params: dict[str, Any], **_: object) -> None:
    params["ReturnConsumedCapacity"] = "INDEXES"


def item_bytes(item: dict[str, Any]) -> int:
    """The size that DynamoDB bills: names and values in UTF-8."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.strip("-0.")) // 2 + 2
        case "B":
            return len(content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(each) for name, each in content.items())
        case _:
            return 1
