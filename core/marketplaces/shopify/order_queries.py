"""The GraphQL documents that read orders; source: Shopify's Admin API, version 2026-10."""

MOST_REFUNDS = 40
ALL_REFUNDS = 250
SHORT_REFUNDS = 3

_LINE = """
fragment Line on LineItem {
  id sku quantity currentQuantity requiresShipping isGiftCard
  variant { id }
}
"""

_GOODS = """
fragment Goods on RefundLineItem {
  quantity restockType
  lineItem { id sku }
}
"""

READ_ORDER = f"""
query ReadOrder($id: ID!, $after: String) {{
  order(id: $id) {{
    id createdAt updatedAt cancelledAt
    lineItems(first: 100, after: $after) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
    refunds(first: {MOST_REFUNDS}) {{
      id createdAt processedAt
      refundLineItems(first: 50) {{ nodes {{ ...Goods }} pageInfo {{ hasNextPage endCursor }} }}
    }}
  }}
}}
{_LINE}{_GOODS}"""

LIST_REFUNDS = f"""
query ListRefunds($id: ID!) {{
  order(id: $id) {{ refunds(first: {ALL_REFUNDS}) {{ id }} }}
}}
"""

READ_REFUNDS = f"""
query ReadRefunds($ids: [ID!]!) {{
  nodes(ids: $ids) {{
    ... on Refund {{
      id createdAt processedAt
      refundLineItems(first: 50) {{ nodes {{ ...Goods }} pageInfo {{ hasNextPage endCursor }} }}
    }}
  }}
}}
{_GOODS}"""

READ_GOODS = f"""
query ReadGoods($id: ID!, $after: String) {{
  node(id: $id) {{
    ... on Refund {{
      refundLineItems(first: 100, after: $after) {{ nodes {{ ...Goods }} pageInfo {{ hasNextPage endCursor }} }}
    }}
  }}
}}
{_GOODS}"""

FIND_ORDER = """
query FindOrder($id: ID!) {
  node(id: $id) {
    ... on Return { order { id } }
    ... on ReverseFulfillmentOrder { orderOfGoods: order { id } }
  }
}
"""

LIST_ORDERS = f"""
query ListOrders($query: String!, $after: String) {{
  orders(first: 25, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      id createdAt updatedAt cancelledAt
      lineItems(first: 20) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
      refunds(first: {SHORT_REFUNDS}) {{
        id createdAt processedAt
        refundLineItems(first: 10) {{ nodes {{ ...Goods }} pageInfo {{ hasNextPage endCursor }} }}
      }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
{_LINE}{_GOODS}"""
