"""The marketplaces that there are: one row each."""

from __future__ import annotations

from core.marketplaces.amazon.plug import AMAZON
from core.marketplaces.plug import Plug
from core.marketplaces.shopify.plug import SHOPIFY
from core.marketplaces.woocommerce.plug import WOOCOMMERCE

PLUGS: tuple[Plug, ...] = (SHOPIFY, AMAZON, WOOCOMMERCE)
