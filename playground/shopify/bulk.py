"""Bulk operations: a query over a whole connection that runs on its own and leaves its rows as lines of JSON."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    IntValueNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    execute_sync,
    parse,
    validate,
)
from graphql.language import DocumentNode

from playground.ids import Ids
from playground.shopify.paging import MAX_PAGE
from playground.shopify.payloads import gid
from playground.times import utc

Payload: TypeAlias = dict[str, object]

AT_ONCE = 5
SECONDS = 10.0
_INFO = parse("{ pageInfo { hasNextPage endCursor } }").definitions[0]


@dataclass(frozen=True, slots=True)
class Operation:
    """One bulk query: its rows as they were when it began, and the code of its failure ("": it succeeds)."""

    id: int
    query: str
    created_at: float
    lines: tuple[bytes, ...]
    failure: str = ""


class Bulk:
    """The bulk operations of one app; each takes `seconds`. `address` is where the app reached the shop last.

    The next one fails with the code in `failing`, if there is one: `TIMEOUT` or `INTERNAL_SERVER_ERROR`.
    """

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self.seconds = SECONDS
        self.address = ""
        self.failing = ""
        self.operations: dict[int, Operation] = {}

    def begin(self, query: str, schema: GraphQLSchema, root: object) -> Payload:
        """Start a query, or answer why not."""
        running = [each for each in self.operations.values() if not self._is_over(each)]
        if len(running) >= AT_ONCE:
            return _refused("LIMIT_REACHED", f"The app already runs {AT_ONCE} bulk operations in this shop.")
        try:
            lines = tuple(orjson.dumps(node) for node in _nodes(query, schema, root))
        except GraphQLError as error:
            return _refused("INVALID", error.message)
        made = Operation(self._ids.number(), query, self._clock(), lines, self.failing)
        self.failing = ""
        self.operations[made.id] = made
        return {"bulkOperation": self.show(made.id), "userErrors": []}

    def show(self, number: int) -> Payload | None:
        """Return the operation as a BulkOperation, None when there is none."""
        found = self.operations.get(number)
        if found is None:
            return None
        over = self._is_over(found)
        done = over and not found.failure
        size = sum(len(line) + 1 for line in found.lines)
        return {
            "__typename": "BulkOperation",
            "id": gid("BulkOperation", number),
            "completedAt": utc(found.created_at + self.seconds) if over else None,
            "createdAt": utc(found.created_at),
            "errorCode": (found.failure or None) if over else None,
            "fileSize": str(size) if done else None,
            "objectCount": str(len(found.lines) if over else 0),
            "partialDataUrl": None,
            "query": found.query,
            "rootObjectCount": str(len(found.lines) if over else 0),
            "status": ("FAILED" if found.failure else "COMPLETED") if over else "RUNNING",
            "type": "QUERY",
            "url": f"{self.address}bulk/{number}.jsonl" if done and found.lines else None,
        }

    def result(self, number: int) -> Iterator[bytes] | None:
        """Return the lines of a completed operation, None when there is nothing to fetch."""
        found = self.operations.get(number)
        if found is None or found.failure or not self._is_over(found):
            return None
        return (line + b"\n" for line in found.lines)

    def _is_over(self, operation: Operation) -> bool:
        return self._clock() >= operation.created_at + self.seconds


def _refused(code: str, message: str) -> Payload:
    return {"bulkOperation": None, "userErrors": [{"code": code, "field": ["query"], "message": message}]}


def _nodes(query: str, schema: GraphQLSchema, root: object) -> Iterator[object]:
    """Run the query page by page over its one connection; raise GraphQLError where Shopify refuses it."""
    document = parse(query)
    problems = validate(schema, document)
    if problems:
        raise problems[0]
    operation = document.definitions[0]
    if not isinstance(operation, OperationDefinitionNode) or operation.variable_definitions:
        raise GraphQLError("Bulk queries take no variables.")
    (field,) = operation.selection_set.selections
    if not isinstance(field, FieldNode):
        raise GraphQLError("Bulk queries must contain at least one connection.")
    after = ""
    while True:
        page = _page(schema, root, operation, field, after)
        yield from (edge["node"] for edge in page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _page(
    schema: GraphQLSchema, root: object, operation: OperationDefinitionNode, field: FieldNode, after: str
) -> dict[str, Any]:
    asked = _copy(field, arguments=(*field.arguments, *_window(after)), selection_set=_with_info(field))
    whole = _copy(operation, selection_set=SelectionSetNode(selections=(asked,)))
    result = execute_sync(schema, DocumentNode(definitions=(whole,)), root_value=root)
    if result.errors:
        raise result.errors[0]
    found = (result.data or {}).get(field.name.value)
    if not isinstance(found, dict) or "edges" not in found:
        raise GraphQLError("Bulk queries must contain at least one connection.")
    return found


def _window(after: str) -> list[ArgumentNode]:
    given = [ArgumentNode(name=NameNode(value="first"), value=IntValueNode(value=str(MAX_PAGE)))]
    if after:
        given.append(ArgumentNode(name=NameNode(value="after"), value=StringValueNode(value=after)))
    return given


def _with_info(field: FieldNode) -> SelectionSetNode:
    own = field.selection_set.selections if field.selection_set else ()
    more = _INFO.selection_set.selections if isinstance(_INFO, OperationDefinitionNode) else ()
    return SelectionSetNode(selections=(*own, *more))


def _copy(node: Any, **changes: object) -> Any:  # noqa: ANN401 - a node of any kind, as its own kind
    return type(node)(**({key: getattr(node, key) for key in node.keys} | changes))
