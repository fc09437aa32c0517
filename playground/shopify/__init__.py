"""The stand-in for a Shopify shop: Admin GraphQL, its limits, and the webhooks it sends."""
