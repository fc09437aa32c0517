"""Slack's request signature, version v0 (docs.slack.dev, "Verifying requests from Slack")."""

from __future__ import annotations

import hashlib
import hmac
import re

from core.errors import BadSignature

TOLERANCE = 300.0
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def verify(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> None:
    """BadSignature unless the raw body was signed with the secret within five minutes of `now` (epoch s)."""
    if not _TIMESTAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > TOLERANCE:
        raise BadSignature("the timestamp is missing, malformed or too far off")
    signed = b"v0:" + timestamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise BadSignature("the signature is missing or wrong")
