"""Who may call the Admin API: the installed app's token, and tokens by client credentials."""

from collections.abc import Callable, Mapping
from hmac import compare_digest

from playground.ids import Ids
from playground.shopify.settings import ShopSettings

LIFETIME = 86_399


class Access:
    """Issues tokens that live a day, and checks them; the settings' own token never expires."""

    def __init__(self, settings: ShopSettings, clock: Callable[[], float], ids: Ids) -> None:
        self._settings = settings
        self._clock = clock
        self._ids = ids
        self._expires: dict[str, float] = {}

    def grant(self, asked: Mapping[str, object]) -> dict[str, object] | None:
        """Answer a client credentials grant; None when the client is not the app."""
        settings = self._settings
        known = (settings.client_id, settings.client_secret, "client_credentials")
        given = (asked.get("client_id"), asked.get("client_secret"), asked.get("grant_type"))
        if not settings.client_id or given != known:
            return None
        token = f"shpat_{self._ids.uuid().replace('-', '')}"
        self._expires[token] = self._clock() + LIFETIME
        return {"access_token": token, "scope": ",".join(settings.scopes), "expires_in": LIFETIME}

    def revoke(self) -> None:
        """Take back every token that was granted, as when the app is installed anew."""
        self._expires.clear()

    def allows(self, token: str) -> bool:
        """Tell whether a call with this token may be answered now."""
        own = self._settings.access_token
        if own and compare_digest(token.encode(), own.encode()):
            return True
        return self._expires.get(token, 0.0) > self._clock()
