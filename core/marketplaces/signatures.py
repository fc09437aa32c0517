"""Proof that a request is from who it says it is from, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence

from core.errors import BadSignature, NotConfigured


def check_hmac(secrets: Sequence[str], given: str, body: bytes, setting: str) -> None:
    """BadSignature unless `given` is base64(HMAC-SHA256(body)) by one of the secrets; without any, NotConfigured."""
    if not secrets:
        raise NotConfigured(setting)
    signed = [b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)) for secret in secrets]
    if not _is_one_of(given, signed):
        raise BadSignature("the signature is missing or wrong")


def check_bearer(secret: str, given: str, setting: str) -> None:
    """BadSignature unless `given` is `Bearer <secret>`; without a secret, NotConfigured."""
    if not secret:
        raise NotConfigured(setting)
    scheme, _, token = given.strip().partition(" ")
    if scheme.lower() != "bearer" or not _is_one_of(token.strip(), [secret.encode()]):
        raise BadSignature("the bearer token is missing or wrong")


def _is_one_of(given: str, right: Sequence[bytes]) -> bool:
    raw = given.encode("utf-8", "replace")
    return any(hmac.compare_digest(raw, one) for one in right)
