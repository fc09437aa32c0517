"""Shopify's search syntax, as far as the stand-in's connections take it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

Value: TypeAlias = str | int | datetime

TERM = re.compile(
    r"""(?:(?P<field>\w+):)?(?P<op><=|>=|<|>)?"""
    r"""(?P<value>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?:\\.|[^\s\\])+)"""
)

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "": lambda value, wanted: value == wanted,
    "<": lambda value, wanted: value < wanted,
    "<=": lambda value, wanted: value <= wanted,
    ">": lambda value, wanted: value > wanted,
    ">=": lambda value, wanted: value >= wanted,
}


@dataclass(frozen=True, slots=True)
class Term:
    """`field:op value`; an empty field searches every text field."""

    field: str
    op: str
    value: str


def parse(query: str) -> list[list[Term]]:
    """Return the query as alternatives (OR) of terms that must all hold (AND or a space)."""
    groups: list[list[Term]] = [[]]
    for match in TERM.finditer(query):
        word = match["value"]
        if match["field"] is None and word == "OR":
            groups.append([])
        elif match["field"] is not None or word != "AND":
            term = Term(match["field"] or "", match["op"] or "", _unquote(word))
            groups[-1].append(term)
    return [group for group in groups if group]


def matches(groups: list[list[Term]], fields: Mapping[str, Value]) -> bool:
    """Tell whether a record with these fields is found; no terms at all find everything."""
    if not groups:
        return True
    return any(all(_holds(term, fields) for term in group) for group in groups)


def _holds(term: Term, fields: Mapping[str, Value]) -> bool:
    if not term.field:
        texts = [value for value in fields.values() if isinstance(value, str)]
        return any(term.value.casefold() in text.casefold() for text in texts)
    if term.field not in fields:
        return True  # Shopify ignores a filter that it does not know.
    value = fields[term.field]
    if isinstance(value, str):
        return _same_text(term.value, value)
    try:
        return COMPARE[term.op](*_numbers(value, term.value))
    except ValueError:
        return False


def _same_text(wanted: str, text: str) -> bool:
    if wanted.endswith("*"):
        return text.casefold().startswith(wanted[:-1].casefold())
    return text.casefold() == wanted.casefold()


def _numbers(value: int | datetime, wanted: str) -> tuple[float, float]:
    if isinstance(value, int):
        return value, int(wanted)
    moment = datetime.fromisoformat(wanted)
    return value.timestamp(), moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def _unquote(word: str) -> str:
    if word[0] in "\"'" and word[-1] == word[0]:
        word = word[1:-1]
    return re.sub(r"\\(.)", r"\1", word)
