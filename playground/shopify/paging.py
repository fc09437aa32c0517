"""Connections: pages of at most 250 nodes behind opaque, stable cursors."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import orjson
from graphql import GraphQLError

MAX_PAGE = 250

T = TypeVar("T")

Key: TypeAlias = tuple[str | float, int]


@dataclass(frozen=True, slots=True)
class Window:
    """The paging arguments of a connection field."""

    first: int | None
    after: str | None
    reverse: bool

    @classmethod
    def of(cls, arguments: Mapping[str, object]) -> "Window":
        """Read `first`, `after` and `reverse`; raise GraphQLError for what Shopify refuses."""
        first, after = arguments.get("first"), arguments.get("after")
        if not isinstance(first, int):
            raise _bad_request("you must provide one of first or last")
        if not 0 <= first <= MAX_PAGE:
            raise _bad_request(f"first must be from 0 to {MAX_PAGE}, not {first}")
        return cls(
            first,
            after if isinstance(after, str) else None,
            arguments.get("reverse") is True,
        )


def connect(
    rows: Iterable[T],
    window: Window,
    *,
    key: Callable[[T], Key],
    view: Callable[[T], object],
) -> dict[str, object]:
    """Return one page of `rows` as a connection, ordered by `key`, each shown by `view`.

    A cursor names a place in the order, so that a page stays right while rows come and go.
    """
    ordered = sorted(rows, key=key, reverse=window.reverse)
    rest = ordered
    if window.after is not None:
        last = _decode(window.after)
        rest = [row for row in ordered if (key(row) < last if window.reverse else key(row) > last)]
    page = rest[: window.first]
    cursors = [_encode(key(row)) for row in page]
    nodes = [view(row) for row in page]
    return {
        "nodes": nodes,
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)],
        "pageInfo": {
            "hasNextPage": len(rest) > len(page),
            "hasPreviousPage": len(ordered) > len(rest),
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _encode(key: Key) -> str:
    return urlsafe_b64encode(orjson.dumps(key)).decode()


def _decode(cursor: str) -> Key:
    try:
        value, number = orjson.loads(urlsafe_b64decode(cursor))
    except ValueError:
        raise _bad_request(f"Invalid cursor {cursor!r}") from None
    return value, number


def _bad_request(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
