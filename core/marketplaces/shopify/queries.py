"""The GraphQL documents that are sent; source: Shopify's Admin API, version 2026-10."""

API_VERSION = "2026-10"

FIND_ITEMS = """
query FindItems($query: String!, $after: String, $location: ID!) {
  inventoryItems(first: 250, after: $after, query: $query) {
    nodes {
      id sku tracked duplicateSkuCount
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
    }
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

SUBSCRIBE = """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri, format: JSON}) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

LIST_SUBSCRIPTIONS = """
query ListSubscriptions($after: String) {
  webhookSubscriptions(first: 250, after: $after) {
    nodes { topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""

EXAMINE = """
query Examine {
  currentAppInstallation { accessScopes { handle } }
  publicApiVersions { handle supported }
}
"""

READ_LOCATION = """
query ReadLocation($id: ID!) {
  location(id: $id) { name isActive }
}
"""

COUNT_VARIANTS = """
query CountVariants($limit: Int!) {
  productVariantsCount(limit: $limit) { count }
}
"""

LIST_ITEMS = """
query ListItems($query: String, $after: String, $location: ID!) {
  inventoryItems(first: 250, after: $after, query: $query) {
    nodes {
      id sku tracked duplicateSkuCount
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

ALL_ITEMS = """
query AllItems($location: ID!) {
  inventoryItems {
    edges {
      node {
        id sku tracked duplicateSkuCount
        inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
      }
    }
  }
}
"""

BEGIN_BULK = """
mutation BeginBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id }
    userErrors { code field message }
  }
}
"""

SHOW_BULK = """
query ShowBulk($id: ID!) {
  bulkOperation(id: $id) { status errorCode rootObjectCount url }
}
"""


def quote(text: str) -> str:
    """The text as one quoted value of Shopify's search syntax."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
