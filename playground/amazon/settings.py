"""Who the seller is, and what it shares with the app."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SellerSettings:
    """Who the seller is, what it shares with the app, and where its notifications go."""

    client_id: str
    client_secret: str
    refresh_token: str
    webhook_secret: str
    seller_id: str = "A1PLAYGROUND00"
    marketplace_id: str = "ATVPDKIKX0DER"
    orders_url: str = "/webhook/amazon"
    returns_url: str = "/webhook/amazon/return"
