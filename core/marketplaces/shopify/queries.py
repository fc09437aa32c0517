"""The GraphQL documents that are sent; source: Shopify's Admin API, version 2026-10."""

API_VERSION = "2026-10"

FIND_ITEMS = """
query FindItems($query: String!, $after: String) {
  inventoryItems(first: 250, after: $after, query: $query) {
    nodes { id sku tracked duplicateSkuCount }
    pageInfo { hasNextPage endCursor }
  }
}
"""

READ_LEVELS = """
query ReadLevels($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      tracked
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
    }
  }
}
"""

READ_SKUS = """
query ReadSkus($ids: [ID!]!) {
  nodes(ids: $ids) { ... on InventoryItem { sku } }
}
"""

SET_QUANTITIES = """
mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message }
  }
}
"""

MOST_REFUNDS = 40

READ_ORDER = """
query ReadOrder($id: ID!, $after: String) {
  order(id: $id) {
    id
    createdAt
    updatedAt
    cancelledAt
    lineItems(first: 100, after: $after) {
      nodes { id sku quantity currentQuantity }
      pageInfo { hasNextPage endCursor }
    }
    refunds(first: 40) {
      id
      createdAt
      processedAt
      refundLineItems(first: 50) {
        nodes { quantity restockType lineItem { id sku } }
        pageInfo { hasNextPage }
      }
    }
  }
}
"""

DOCUMENTS = (FIND_ITEMS, READ_LEVELS, READ_SKUS, SET_QUANTITIES, READ_ORDER)


def quote(text: str) -> str:
    """The text as one quoted value of Shopify's search syntax."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
