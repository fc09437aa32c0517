"""The GraphQL documents that read orders; source: Shopify's Admin API, version 2026-10."""

ALL_REFUNDS = 250

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
query ReadOrder($id: ID!, $after: String, $lines: Int!, $refunds: Int!, $goods: Int!) {{
  order(id: $id) {{
    id createdAt updatedAt cancelledAt
    lineItems(first: $lines, after: $after) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
    refunds(first: $refunds) {{
      id createdAt processedAt
      refundLineItems(first: $goods) {{ nodes {{ ...Goods }} pageInfo {{ hasNextPage endCursor }} }}
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
query ReadRefunds($ids: [ID!]!, $goods: Int!) {{
  nodes(ids: $ids) {{
    ... on Refund {{
      id createdAt processedAt
      refundLineItems(first: $goods) {{ nodes {{ ...Goods }} pageInfo {{ hasNextPage endCursor }} }}
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
query ListOrders(
  $query: String!, $after: String, $orders: Int!, $lines: Int!, $refunds: Int!, $goods: Int!
) {{
  orders(first: $orders, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{
      id createdAt updatedAt cancelledAt
      lineItems(first: $lines) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
      refunds(first: $refunds) {{
        id createdAt processedAt
        refundLineItems(first: $goods) {{ nodes {{ ...Goods }} pageInfo {{ hasNextPage endCursor }} }}
      }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
{_LINE}{_GOODS}"""
