"""Who may use the REST API: named tokens with a role, of which only a hash is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest


class Role(StrEnum):
    """What a token may do; each role may do all that the ones before it may."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def allows(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        ranks = tuple(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """The name that the ledger shows, what it may do, and the SHA-256 of its secret."""

    name: str
    role: Role
    digest: bytes


def parse_tokens(text: str) -> tuple[ApiToken, ...]:
    """The tokens of `name:role:secret,...`; ValueError says which entry is wrong and why, and quotes none of it."""
    entries = [entry.strip() for entry in text.split(",")]
    tokens = tuple(_parse(entry, place) for place, entry in enumerate(entries, start=1) if entry)
    for what, seen in (("name", {each.name for each in tokens}), ("secret", {each.digest for each in tokens})):
        if len(seen) < len(tokens):
            raise ValueError(f"has two entries with the same {what}; give each its own")
    return tokens


def find_token(tokens: Iterable[ApiToken], secret: str) -> ApiToken | None:
    """The token with this secret; it takes as long whichever token it is, or none."""
    digest = sha256(secret.encode(errors="replace")).digest()
    found = None
    for token in tokens:
        if compare_digest(digest, token.digest):
            found = token
    return found


def _parse(entry: str, place: int) -> ApiToken:
    name, role, secret = (*entry.split(":", 2), "", "")[:3]
    if not re.fullmatch(r"[\w.@-]{1,64}", name) or role not in tuple(Role) or not secret:
        raise ValueError(f"has a malformed entry {place}; write name:role:secret, the role one of {', '.join(Role)}")
    if not re.fullmatch(r"[!-~]+", secret):
        raise ValueError(f"has a secret in entry {place} that no header can carry; use ASCII without spaces")
    return ApiToken(name, Role(role), sha256(secret.encode()).digest())
