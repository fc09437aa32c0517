"""One GraphQL request: parsed, validated, paid for, executed and answered as Shopify does."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from playground.faults import Fault
from playground.shopify.cost import Meter
from playground.shopify.graph import Graph
from playground.shopify.mutations import mutation_fields
from playground.shopify.queries import query_fields
from playground.shopify.schema import admin_schema
from playground.shopify.scopes import guarded
from playground.shopify.shop import Shop

Answer: TypeAlias = dict[str, object]

LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"


class Admin:
    """The Admin API of one shop: every answer is an HTTP 200 body."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._schema = admin_schema()
        graph = Graph(shop)
        self._root = guarded(query_fields(shop, graph) | mutation_fields(shop, graph), lambda: shop.settings.scopes)

    def answer(self, query: str, variables: Mapping[str, object], operation_name: str | None) -> Answer:
        """Run one operation; a wrong query answers errors and costs nothing."""
        try:
            document = parse(query)
        except GraphQLError as error:
            return _failed([error])
        problems = validate(self._schema, document)
        if problems:
            return _failed(problems)
        operation = get_operation_ast(document, operation_name)
        if operation is None:
            return _failed([GraphQLError("An operation name is required")])
        return self._run(document, operation, variables)

    def _run(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, object],
    ) -> Answer:
        coerced = get_variable_values(self._schema, operation.variable_definitions or (), dict(variables))
        if isinstance(coerced, list):
            return _failed(coerced)
        meter = Meter(self._schema, document, coerced)
        requested = meter.requested(operation)
        dearest = self._shop.settings.dearest
        if requested > dearest:
            return _too_dear(requested, dearest)
        throttled = self._shop.faults.strikes(Fault.THROTTLED)
        if throttled or not self._shop.bucket.take(requested):
            return self._throttled(requested)
        return self._execute(document, operation, variables, (meter, requested))

    def _execute(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, object],
        price: tuple[Meter, int],
    ) -> Answer:
        meter, requested = price
        result = execute_sync(
            self._schema,
            document,
            root_value=self._root,
            variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
        )
        actual = meter.actual(operation, result.data)
        self._shop.bucket.give_back(requested - actual)
        answer: Answer = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        return answer | self._costs(requested, actual)

    def _throttled(self, requested: int) -> Answer:
        error = {
            "message": "Throttled",
            "extensions": {"code": "THROTTLED", "documentation": LIMITS_PAGE},
        }
        return {"errors": [error]} | self._costs(requested, None)

    def _costs(self, requested: int, actual: int | None) -> Answer:
        bucket = self._shop.bucket
        status = {
            "maximumAvailable": float(bucket.rate.burst),
            "currentlyAvailable": int(bucket.available()),
            "restoreRate": float(bucket.rate.restored),
        }
        cost = {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": status,
        }
        return {"extensions": {"cost": cost}}


def _failed(errors: Sequence[GraphQLError]) -> Answer:
    return {"errors": [error.formatted for error in errors]}


def _too_dear(cost: int, most: int) -> Answer:
    message = f"Query cost is {cost}, which exceeds the single query max cost limit ({most})."
    extensions = {
        "code": "MAX_COST_EXCEEDED",
        "cost": cost,
        "maxCost": most,
        "documentation": LIMITS_PAGE,
    }
    return {"errors": [{"message": message, "extensions": extensions}]}
