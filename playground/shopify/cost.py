"""What a query costs: objects 1, scalars 0, mutations 10, connections by their size.

Shopify names these rules (usage limits of the GraphQL Admin API) but not how a connection's cost grows
with its size; the scale here is fixed by one published figure: `variants(first: 250)` with the inventory
item of each is 24 points.
"""

from collections.abc import Mapping
from math import log
from typing import TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

MUTATION = 10
CONNECTION = 2

Type: TypeAlias = GraphQLObjectType | GraphQLInterfaceType
Composite = (GraphQLObjectType, GraphQLInterfaceType)


class Unknown:
    """Stands for data that is not there yet: count what was asked for."""


class Meter:
    """Costs of one document's fields, before and after it ran."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        variables: dict[str, object],
    ) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def requested(self, operation: OperationDefinitionNode) -> int:
        """Return the most that the operation can cost."""
        return self._operation(operation, Unknown())

    def actual(self, operation: OperationDefinitionNode, data: object) -> int:
        """Return what the operation cost, given the data that it answered."""
        return self._operation(operation, data)

    def _operation(self, operation: OperationDefinitionNode, data: object) -> int:
        root = self._schema.get_root_type(operation.operation)
        return self._fields(operation.selection_set, root, data) if root else 0

    def _fields(self, selections: SelectionSetNode | None, parent: Type, data: object) -> int:
        """Sum the plain fields, and add the dearest of the fragments; below a null there is nothing."""
        if data is None:
            return 0
        plain, fragments = 0, [0]
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                plain += self._field(node, parent, data)
            elif isinstance(node, InlineFragmentNode | FragmentSpreadNode):
                inner, target = self._fragment(node, parent)
                fragments.append(self._fields(inner, target, data))
        return plain + max(fragments)

    def _fragment(self, node: InlineFragmentNode | FragmentSpreadNode, parent: Type) -> tuple[SelectionSetNode, Type]:
        if isinstance(node, FragmentSpreadNode):
            fragment = self._fragments[node.name.value]
            selections, condition = fragment.selection_set, fragment.type_condition
        elif node.type_condition is None:
            return node.selection_set, parent
        else:
            selections, condition = node.selection_set, node.type_condition
        target = self._schema.get_type(condition.name.value)
        return selections, target if isinstance(target, Composite) else parent

    def _field(self, node: FieldNode, parent: Type, data: object) -> int:
        field = parent.fields.get(node.name.value)
        named = get_named_type(field.type) if field else None
        if field is None or not isinstance(named, Composite) or named.name == "PageInfo":
            return 0
        if parent is self._schema.mutation_type:
            return MUTATION
        value = _child(data, node)
        if named.name.endswith("Connection"):
            each = self._fields(node.selection_set, named, value)
            size = self._size(node, field) if isinstance(value, Unknown) else _longest(value)
            return connection_cost(size, each)
        if not is_list_type(get_nullable_type(field.type)):
            return 1 + self._fields(node.selection_set, named, value)
        itself = 0 if named.name.endswith("Edge") else 1
        costs = [itself + self._fields(node.selection_set, named, item) for item in _children(value)]
        if parent.name.endswith("Connection"):
            return max(costs, default=0)
        return sum(costs) * (self._size(node, field) if isinstance(value, Unknown) else 1)

    def _size(self, node: FieldNode, field: GraphQLField) -> int:
        """Return how many objects were asked for: `first`, or the length of a list argument."""
        for given in get_argument_values(field, node, self._variables).values():
            if isinstance(given, list):
                return len(given)
            if isinstance(given, int) and not isinstance(given, bool):
                return given
        return 1


def connection_cost(size: int, each: int) -> int:
    """Return the cost of a connection of `size` nodes that cost `each`."""
    if size == 0:
        return CONNECTION
    return CONNECTION + round(each * max(1.0, 2 * log(size)))


def _child(data: object, node: FieldNode) -> object:
    if isinstance(data, Unknown):
        return data
    name = node.alias.value if node.alias else node.name.value
    return data.get(name) if isinstance(data, Mapping) else None


def _children(data: object) -> list[object]:
    if isinstance(data, Unknown):
        return [data]
    return data if isinstance(data, list) else []


def _longest(connection: object) -> int:
    values = connection.values() if isinstance(connection, Mapping) else ()
    return max((len(value) for value in values if isinstance(value, list)), default=0)
