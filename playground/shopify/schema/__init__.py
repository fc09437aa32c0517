"""The part of the Admin API 2026-10 schema that the stand-in answers, in Shopify's names and types."""

from importlib.resources import files

from graphql import GraphQLSchema, build_schema


def admin_schema() -> GraphQLSchema:
    """Build the executable schema from the `.graphql` files beside this module."""
    parts = sorted(
        (part for part in files(__package__).iterdir() if part.name.endswith(".graphql")),
        key=lambda part: part.name,
    )
    return build_schema("\n".join(part.read_text("utf-8") for part in parts))
