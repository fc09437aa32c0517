"""WooCommerce: webhooks in, REST API wc/v3 out."""

from core.marketplaces.woocommerce.access import WooAccess
from core.marketplaces.woocommerce.channel import WooCommerce

__all__ = ["WooAccess", "WooCommerce"]
