"""The stand-in's schema is a true part of Shopify's."""

import gzip
from functools import cache

import orjson
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
)

from playground.shopify.schema import admin_schema
from tests.playground.marketplaces import SAMPLES

PUBLISHED = SAMPLES / "shopify" / "schema" / "admin_2026-10.json.gz"
OURS = {name: kind for name, kind in admin_schema().type_map.items() if not name.startswith("__")}

needs_samples = pytest.mark.skipif(not PUBLISHED.exists(), reason="Shopify's published schema is not here")


@cache
def published() -> GraphQLSchema:
    return build_client_schema(orjson.loads(gzip.decompress(PUBLISHED.read_bytes()))["data"])


@needs_samples
@pytest.mark.parametrize("name", OURS)
def test_a_type_has_only_fields_that_shopify_has_with_the_same_types(name: str) -> None:
    ours, theirs = OURS[name], published().type_map[name]

    assert type(ours) is type(theirs)
    assert shape(ours).items() <= shape(theirs).items()


@needs_samples
@pytest.mark.parametrize("name", [name for name, kind in OURS.items() if isinstance(kind, GraphQLInputObjectType)])
def test_an_input_asks_for_everything_that_shopify_requires(name: str) -> None:
    theirs = shape(published().type_map[name])

    required = {field for field, kind in theirs.items() if kind.endswith("!")}

    assert required <= shape(OURS[name]).keys()


@needs_samples
def test_the_idempotent_directive_is_shopifys() -> None:
    ours, theirs = (schema.get_directive("idempotent") for schema in (admin_schema(), published()))

    assert ours is not None
    assert theirs is not None
    assert ours.locations == theirs.locations
    assert {name: str(given.type) for name, given in ours.args.items()} == {
        name: str(given.type) for name, given in theirs.args.items()
    }


def shape(kind: GraphQLNamedType) -> dict[str, str]:
    """Return every field, argument and value of a type with what it is."""
    if isinstance(kind, GraphQLEnumType):
        return dict.fromkeys(kind.values, "")
    if isinstance(kind, GraphQLInputObjectType):
        return {name: str(field.type) for name, field in kind.fields.items()}
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return {}
    fields = {name: str(field.type) for name, field in kind.fields.items()}
    arguments = {
        f"{name}({argument}:)": f"{given.type} = {given.default_value}"
        for name, field in kind.fields.items()
        for argument, given in field.args.items()
    }
    return fields | arguments
