"""Login with Amazon: access tokens that live an hour."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeAlias

from playground.amazon.settings import SellerSettings
from playground.ids import Ids

Answer: TypeAlias = tuple[HTTPStatus, dict[str, object]]

LIFETIME = 3600
GRANTLESS_SCOPES = ("sellingpartnerapi::migration", "sellingpartnerapi::notifications")


class Login:
    """Issues tokens for the seller (refresh_token) or for no seller (client_credentials)."""

    def __init__(self, settings: SellerSettings, clock: Callable[[], float], ids: Ids) -> None:
        self._settings = settings
        self._clock = clock
        self._ids = ids
        self._expires: dict[str, float] = {}
        self._grantless: dict[str, float] = {}
        self.issued = 0

    def grant(self, form: Mapping[str, str]) -> Answer:
        """Answer the token endpoint for a form."""
        settings = self._settings
        if not all(form.get(name) for name in ("grant_type", "client_id", "client_secret")):
            return _refuse("invalid_request", "The request is missing a required parameter")
        if (form["client_id"], form["client_secret"]) != (settings.client_id, settings.client_secret):
            return _refuse("invalid_client", "Client authentication failed", HTTPStatus.UNAUTHORIZED)
        match form["grant_type"]:
            case "refresh_token":
                return self._for_seller(form.get("refresh_token", ""))
            case "client_credentials":
                return self._for_nobody(form.get("scope", ""))
            case _:
                text = "The authorization grant type is not supported by the authorization server"
                return _refuse("unsupported_grant_type", text)

    def refuses(self, token: str, *, grantless: bool = False) -> str | None:
        """Return why a call with this token is denied, None when it may act for the seller, or for none."""
        expires = (self._grantless if grantless else self._expires).get(token)
        if expires is None:
            return "The access token you provided is revoked, malformed or invalid."
        if expires <= self._clock():
            return "The access token you provided has expired."
        return None

    def revoke_all(self) -> None:
        """Make every token invalid at once, as when the seller takes the app's authorization back."""
        self._expires.clear()
        self._grantless.clear()

    def _for_seller(self, refresh_token: str) -> Answer:
        if refresh_token != self._settings.refresh_token:
            return _refuse("invalid_grant", "The request has an invalid grant parameter : refresh_token")
        token = self._issue()
        self._expires[token] = self._clock() + LIFETIME
        return _grant(token, refresh_token=refresh_token)

    def _for_nobody(self, scope: str) -> Answer:
        if scope not in GRANTLESS_SCOPES:
            return _refuse("invalid_scope", "The request has an invalid scope")
        token = self._issue()
        self._grantless[token] = self._clock() + LIFETIME
        return _grant(token, scope=scope)

    def _issue(self) -> str:
        self.issued += 1
        return f"Atza|{self._ids.uuid().replace('-', '')}"


def _grant(token: str, **more: str) -> Answer:
    body: dict[str, object] = {"access_token": token, "token_type": "bearer", "expires_in": LIFETIME}
    return HTTPStatus.OK, body | more


def _refuse(error: str, description: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Answer:
    return status, {"error": error, "error_description": description}
