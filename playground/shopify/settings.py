"""Who the shop is, and what it shares with the app."""

from dataclasses import dataclass

from playground.bucket import Rate

STANDARD_PLAN = Rate(restored=100, burst=2000)
MAX_COST = 1000
SCOPES = (
    "read_inventory",
    "write_inventory",
    "read_locations",
    "read_orders",
    "read_products",
    "read_returns",
)


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """Who the shop is, what it shares with the app, its plan's limits, and what one query may cost."""

    access_token: str
    webhook_secret: str
    domain: str = "syncstate-playground.myshopify.com"
    client_id: str = ""
    client_secret: str = ""
    callback: str = "/webhook/shopify"
    utc_offset_hours: int = -5
    points: Rate = STANDARD_PLAN
    scopes: tuple[str, ...] = SCOPES
    dearest: int = MAX_COST
