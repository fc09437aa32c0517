"""A small language for rules on JSON: each check looks at one value and answers the errors in it."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from playground.slack.records import Json, JsonObject


@dataclass(frozen=True, slots=True)
class BlockError:
    """One fault; `pointer` is a JSON pointer from the array of blocks, or from the view."""

    pointer: str
    code: str
    message: str
    constraint: JsonObject = field(default_factory=dict)

    def under(self, prefix: str) -> "BlockError":
        """The same fault seen from further out, such as from `/blocks`."""
        return BlockError(prefix + self.pointer, self.code, self.message, self.constraint)

    def as_line(self) -> str:
        """The fault as Slack writes it in `errors` and in response_metadata.messages."""
        return f"{self.message} [json-pointer:{self.pointer}]"

    def as_json(self) -> JsonObject:
        """The fault as blocks.validate answers it."""
        constraint = {"constraint": self.constraint} if self.constraint else {}
        return {
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
            **constraint,
        }


Errors: TypeAlias = Iterator[BlockError]
Check: TypeAlias = Callable[[Json, str], Errors]

_URL = re.compile(r"(https?|slack|mailto|tel):\S+", re.IGNORECASE)


def failed(pointer: str, message: str, **constraint: Json) -> BlockError:
    """A value that breaks a rule."""
    return BlockError(pointer, "failed_constraint", message, constraint)


def string(at_most: int, at_least: int = 1) -> Check:
    """Text of so many characters."""

    def check(value: Json, pointer: str) -> Errors:
        if not isinstance(value, str):
            yield failed(pointer, "must be a string", type="type", expected="string")
        elif len(value) > at_most:
            yield failed(
                pointer,
                f"must be less than {at_most + 1} characters",
                type="max_length",
                expected=at_most,
                got=len(value),
            )
        elif len(value) < at_least:
            yield failed(
                pointer,
                f"must be more than {at_least - 1} characters",
                type="min_length",
                expected=at_least,
                got=len(value),
            )

    return check


def url(at_most: int = 3000) -> Check:
    """An absolute URL of so many characters."""
    length = string(at_most)

    def check(value: Json, pointer: str) -> Errors:
        yield from length(value, pointer)
        if isinstance(value, str) and value and not _URL.fullmatch(value):
            yield failed(pointer, "must be a valid URL", type="format", expected="url")

    return check


def choice(*expected: str) -> Check:
    """One of these words."""

    def check(value: Json, pointer: str) -> Errors:
        if value not in expected:
            yield failed(pointer, "must be a valid enum value", type="enum", expected=expected, got=value)

    return check


def flag(value: Json, pointer: str) -> Errors:
    """True or false."""
    if not isinstance(value, bool):
        yield failed(pointer, "must be a boolean", type="type", expected="boolean")


def number(low: float, high: float) -> Check:
    """A number within these bounds, both included."""

    def check(value: Json, pointer: str) -> Errors:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield failed(pointer, "must be a number", type="type", expected="number")
        elif not low <= value <= high:
            yield failed(pointer, f"must be between {low} and {high}", type="range", got=value)

    return check


def anything(*_: Json) -> Errors:
    """Whatever it is, it is not looked at."""
    yield from ()


def items(each: Check, at_most: int, at_least: int = 1) -> Check:
    """An array of so many items, every one of which passes."""

    def check(value: Json, pointer: str) -> Errors:
        if not isinstance(value, list):
            yield failed(pointer, "must be an array", type="type", expected="array")
            return
        if len(value) > at_most:
            yield failed(
                pointer,
                f"no more than {at_most} items allowed",
                type="max_items",
                expected=at_most,
                got=len(value),
            )
        if len(value) < at_least:
            yield failed(
                pointer,
                f"must provide at least {at_least} items",
                type="min_items",
                expected=at_least,
                got=len(value),
            )
        for index, item in enumerate(value):
            yield from each(item, f"{pointer}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Check) -> Check:
    """An object with these fields and no others (`type` apart); when they pass, the rules see all of them."""
    fields = {**required, **(optional or {})}

    def check(value: Json, pointer: str) -> Errors:
        if not isinstance(value, dict):
            yield failed(pointer, "must be an object", type="type", expected="object")
            return
        present = {name: part for name, part in value.items() if part is not None}
        errors = list(_field_errors(present, pointer, required, fields))
        yield from errors or itertools.chain.from_iterable(rule(present, pointer) for rule in rules)

    return check


def _field_errors(
    present: JsonObject, pointer: str, required: Mapping[str, Check], fields: Mapping[str, Check]
) -> Errors:
    for name in required:
        if name not in present:
            yield BlockError(pointer, "missing_field", f"missing required field: {name}")
    for name, part in present.items():
        if name in fields:
            yield from fields[name](part, f"{pointer}/{name}")
        elif name != "type":
            yield BlockError(pointer, "additional_property", f"invalid additional property: {name}")


def kinds(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of these checks it must pass."""

    def check(value: Json, pointer: str) -> Errors:
        if not isinstance(value, dict):
            yield failed(pointer, "must be an object", type="type", expected="object")
        elif "type" not in value:
            yield BlockError(pointer, "missing_field", "missing required field: type")
        elif (kind := value["type"]) not in list(table):
            where, message = f"{pointer}/type", f"unsupported type: {kind}"
            yield failed(where, message, type="enum", expected=sorted(table), got=kind)
        else:
            yield from table[kind](value, pointer)

    return check


def exactly_one(*names: str) -> Check:
    """Of these fields one and only one is there."""

    def check(value: Json, pointer: str) -> Errors:
        if sum(name in value for name in names) != 1:
            listed = " or ".join(f"`{name}`" for name in names)
            yield failed(pointer, f"must define exactly one of {listed}", type="one_of")

    return check


def at_least_one(*names: str) -> Check:
    """Of these fields one or more are there."""

    def check(value: Json, pointer: str) -> Errors:
        if not any(name in value for name in names):
            listed = " or ".join(f"`{name}`" for name in names)
            yield failed(pointer, f"must define either {listed}", type="any_of")

    return check
