"""Shopify: webhooks in, Admin GraphQL 2026-10 out."""

from core.marketplaces.shopify.access import ShopifyAccess
from core.marketplaces.shopify.channel import Shopify

__all__ = ["Shopify", "ShopifyAccess"]
