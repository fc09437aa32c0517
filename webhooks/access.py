"""Who calls the REST API, and whether they may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException

from core.errors import NotConfigured
from webhooks.tokens import ApiToken, Role, find_token

SETTING = "SYNCSTATE_API_TOKENS"
_MISSING = "send a token: Authorization: Bearer ..."
_CHALLENGE = {"www-authenticate": 'Bearer realm="syncstate"'}


def authorise(tokens: Sequence[ApiToken], headers: Mapping[str, str], needed: Role) -> str:
    """The caller's name; HTTPException 401 without a token or 403 when it may not, NotConfigured where none is set."""
    if not tokens:
        raise NotConfigured(SETTING)
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    given = secret.strip() if scheme.lower() == "bearer" else ""
    token = find_token(tokens, given)
    if token is None:
        raise HTTPException(401, f"this token is none of {SETTING}" if given else _MISSING, _CHALLENGE)
    if not token.role.allows(needed):
        raise HTTPException(403, f"{token.name} may {token.role}; this needs {needed}")
    return token.name
