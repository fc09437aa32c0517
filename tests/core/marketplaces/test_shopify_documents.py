"""Every GraphQL document is one that Shopify's own schema takes."""

from __future__ import annotations

import gzip
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import orjson
import pytest
from graphql import GraphQLSchema, build_client_schema, parse, validate
from hypothesis import given
from hypothesis import strategies as st

from core.marketplaces import shopify
from core.marketplaces.shopify.queries import SET_QUANTITIES, quote
from playground.shopify.schema import admin_schema
from playground.shopify.search import parse as parse_search
from tests.core.marketplaces.support import sample


def name_of(document: str) -> str:
    return document.split(maxsplit=2)[1].partition("(")[0]


def documents() -> Iterator[str]:
    """Every constant of the package's modules that is an operation."""
    for module in pkgutil.iter_modules(shopify.__path__, f"{shopify.__name__}."):
        for name, value in vars(import_module(module.name)).items():
            if name.isupper() and isinstance(value, str) and value.lstrip().startswith(("query ", "mutation ")):
                yield value


DOCUMENTS = sorted(set(documents()))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    packed = sample("shopify/schema/admin_2026-10.json.gz").read_bytes()
    return build_client_schema(orjson.loads(gzip.decompress(packed))["data"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_shopify_takes_the_document(schema: GraphQLSchema, document: str) -> None:
    assert validate(schema, parse(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_stand_in_takes_the_document(document: str) -> None:
    assert validate(admin_schema(), parse(document)) == []


def test_every_document_is_found() -> None:
    names = set(map(name_of, DOCUMENTS))
    assert {"FindItems", "SetQuantities", "ReadOrder", "ListOrders", "AllItems", "Subscribe", "Examine"} <= names
    assert len(names) == len(DOCUMENTS) > 15


def test_quantities_are_never_set_without_an_idempotency_key() -> None:
    assert "@idempotent(key: $key)" in SET_QUANTITIES


@given(st.text(min_size=1))
def test_a_quoted_sku_is_one_term_with_exactly_that_value(sku: str) -> None:
    ((term,),) = parse_search(f"sku:{quote(sku)}")
    assert (term.field, term.value) == ("sku", sku)
