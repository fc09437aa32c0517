"""Who the shop is, and what it shares with the app."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The keys that it knows, whether they may write, what signs its webhooks, and where those go at first."""

    key: str
    secret: str
    webhook_secret: str
    may_write: bool = True
    address: str = "https://shop.example/"
    callback: str = "/webhook/woocommerce"
