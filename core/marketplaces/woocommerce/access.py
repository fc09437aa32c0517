"""Who we are to the shop, and where it is."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field

CHANNEL = "woocommerce"


@dataclass(frozen=True, slots=True)
class WooAccess:
    """One shop and our keys to it; whatever is "" is not configured.

    `url` is the site's address; `webhook_secrets` are all good at once while they rotate; `public_url` is our own
    address, as the shop reaches us.
    """

    url: str = ""
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    public_url: str = ""

    @property
    def base(self) -> str:
        """Where its REST API is."""
        return f"{self.url.rstrip('/')}/wp-json/wc/v3"

    @property
    def authorization(self) -> str:
        """The proof that a call is ours."""
        return f"Basic {b64encode(f'{self.key}:{self.secret}'.encode()).decode()}"

    @property
    def webhook_url(self) -> str:
        """Where the shop should send its webhooks, or ""."""
        return f"{self.public_url.rstrip('/')}/webhook/{CHANNEL}" if self.public_url else ""

    @property
    def missing(self) -> str:
        """The setting without which the shop cannot be called, or ""."""
        needed = {"WOOCOMMERCE_URL": self.url, "WOOCOMMERCE_KEY": self.key, "WOOCOMMERCE_SECRET": self.secret}
        return next((name for name, value in needed.items() if not value), "")
