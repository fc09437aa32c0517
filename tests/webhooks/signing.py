"""Requests signed as their real senders sign them."""

import hashlib
import hmac
from base64 import b64encode

SHOPIFY_SECRET = "shopify-secret"
AMAZON_SECRET = "amazon-secret"
TOKENS = {"read": "r-secret", "write": "w-secret", "admin": "a-secret"}


def sign(body: bytes, secret: str = SHOPIFY_SECRET) -> str:
    """base64(HMAC-SHA256(body, secret)), as Shopify signs."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def shopify(body: bytes, topic: str = "orders/create", secret: str = SHOPIFY_SECRET, **more: str) -> dict[str, str]:
    """The headers of a Shopify webhook; without a topic, those of the short form."""
    headers = {"x-shopify-hmac-sha256": sign(body, secret), "content-type": "application/json", **more}
    return {**headers, "x-shopify-topic": topic} if topic else headers


def amazon(secret: str = AMAZON_SECRET) -> dict[str, str]:
    """The headers of whoever hands Amazon's messages on."""
    return {"authorization": f"Bearer {secret}", "content-type": "application/json"}


def token(role: str) -> dict[str, str]:
    """The headers of a program with a token of that role."""
    return {"authorization": f"Bearer {TOKENS[role]}"}
