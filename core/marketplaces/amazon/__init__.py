"""Amazon: Selling Partner notifications and returns in, Listings Items 2021-08-01 out."""

from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.channel import Amazon

__all__ = ["Amazon", "AmazonAccess"]
