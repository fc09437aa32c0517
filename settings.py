"""Every setting of SyncState: one table of environment variables, read once into one frozen object."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from dotenv import dotenv_values

from core.cron import name_weekdays
from core.errors import SyncStateError
from webhooks.tokens import ApiToken, parse_tokens

DIGEST_OFF = "off"
LAST_PORT = 65_535
SP_API_URL = "https://sellingpartnerapi-na.amazon.com"
LWA_URL = "https://api.amazon.com/auth/o2/token"


class SettingsError(SyncStateError):
    """A setting is missing, malformed or contradictory: one line that names it and says what to do, without secrets."""

    def __init__(self, variable: str, advice: str) -> None:
        super().__init__(f"{variable} {advice}")
        self.variable = variable
        self.advice = advice


class Secret:
    """A text that shows only when asked to `reveal()`; false when empty."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it or signs with it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(self._text.encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)" if self._text else "Secret()"


class StoreKind(StrEnum):
    """Where the data is held."""

    SQLITE = "sqlite"
    DYNAMODB = "dynamodb"


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > LAST_PORT:
        raise ValueError("must be a port number from 0 to 65535")
    return int(text)


def _store(text: str) -> StoreKind:
    if text not in tuple(StoreKind):
        raise ValueError(f"must be {' or '.join(StoreKind)}")
    return StoreKind(text)


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,200}", text):
        raise ValueError("must be 1 to 200 letters, digits, underscores, dots or dashes")
    return text


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be an IANA time zone, such as Europe/Berlin") from None


def _cron(text: str) -> str:
    if text == DIGEST_OFF:
        return ""
    try:
        named = name_weekdays(text)
        trigger = CronTrigger.from_crontab(named, timezone=ZoneInfo("UTC"))
    except ValueError as error:
        raise ValueError(f"must be a cron line, such as `0 9 * * 1-5`, or {DIGEST_OFF}: it {error}") from None
    if trigger.get_next_fire_time(None, datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC"))) is None:
        raise ValueError("must be a cron line that some day matches")
    return named


def _users(text: str) -> frozenset[str]:
    users = frozenset(_listed(text))
    if not all(re.fullmatch(r"[UW]\w+", user) for user in users):
        raise ValueError("must be Slack user ids separated by commas, such as U012ABCDEF")
    return users


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _secrets(text: str) -> tuple[Secret, ...]:
    return tuple(Secret(part) for part in _listed(text))


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if text and (not sound or "@" in text):
        raise ValueError("must be an http or https address without a user name in it")
    return text.rstrip("/")


def _slack_url(text: str) -> str:
    return f"{_url(text)}/"


def _shop(text: str) -> str:
    shop = text.lower().removeprefix("https://").rstrip("/")
    if shop and not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", shop):
        raise ValueError("must be the shop's own domain, such as example.myshopify.com")
    return shop if not shop or "." in shop else f"{shop}.myshopify.com"


def _location(text: str) -> str:
    number = text.removeprefix("gid://shopify/Location/")
    if number and not re.fullmatch("[0-9]+", number):
        raise ValueError("must be the location's number or its gid://shopify/Location/ id")
    return f"gid://shopify/Location/{number}" if number else ""


def _bot_token(text: str) -> Secret:
    if text.startswith("xapp-"):
        raise ValueError("must be the bot token (xoxb-); this is the app-level one, for SLACK_APP_TOKEN")
    return Secret(text)


def _app_token(text: str) -> Secret:
    if text.startswith("xoxb-"):
        raise ValueError("must be the app-level token (xapp-); this is the bot token, for SLACK_BOT_TOKEN")
    return Secret(text)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its default (empty: not set), what it is for, how it is read, and its older names.

    `read` turns the stripped text into the setting; its ValueError says what the text must be and quotes no secret.
    """

    name: str
    default: str
    help: str
    read: Callable[[str], Any] = str
    older: tuple[str, ...] = ()

    @property
    def secret(self) -> bool:
        """Whether its value must never be shown."""
        return self.read in (Secret, _secrets, _bot_token, _app_token, parse_tokens)


V = Variable


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; a text that is not set is empty, and so is `digest_cron` (in the scheduler's dialect) when off."""

    host: Annotated[str, V("HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 in a container")]
    port: Annotated[int, V("PORT", "3000", "Port to listen on", _port)]
    store: Annotated[StoreKind, V("SYNCSTATE_STORE", "sqlite", "Where the data is: sqlite or dynamodb", _store)]
    data_dir: Annotated[Path, V("SYNCSTATE_DATA_DIR", "./data", "Folder of the SQLite file", Path)]
    table_prefix: Annotated[str, V("SYNCSTATE_TABLE_PREFIX", "SyncState-", "Start of the table names", _prefix)]
    api_tokens: Annotated[
        tuple[ApiToken, ...],
        V("SYNCSTATE_API_TOKENS", "", "Who may use the REST API: `name:role:secret,...`", parse_tokens),
    ]
    alerts_channel: Annotated[str, V("SYNCSTATE_ALERTS_CHANNEL", "", "Slack channel of the alerts")]
    digest_channel: Annotated[str, V("SYNCSTATE_DIGEST_CHANNEL", "", "Slack channel of the digest, else the alerts'")]
    escalation_channel: Annotated[
        str, V("SYNCSTATE_ESCALATION_CHANNEL", "", "Slack channel of alerts that nobody took, else the alerts'")
    ]
    oncall: Annotated[str, V("SYNCSTATE_ONCALL", "", "Slack user or user group to mention there")]
    digest_cron: Annotated[str, V("SYNCSTATE_DIGEST_CRON", "0 9 * * *", "When the digest is due, or `off`", _cron)]
    timezone: Annotated[ZoneInfo, V("SYNCSTATE_TIMEZONE", "UTC", "Time zone of the digest and of times shown", _zone)]
    operators: Annotated[
        frozenset[str], V("SYNCSTATE_OPERATORS", "", "Slack users who may change stock; empty: everybody", _users)
    ]
    slack_bot_token: Annotated[Secret, V("SLACK_BOT_TOKEN", "", "Bot token, `xoxb-...`", _bot_token)]
    slack_signing_secret: Annotated[Secret, V("SLACK_SIGNING_SECRET", "", "Signing secret, in HTTP mode", Secret)]
    slack_app_token: Annotated[Secret, V("SLACK_APP_TOKEN", "", "App token, `xapp-...`, in Socket Mode", _app_token)]
    slack_api_url: Annotated[str, V("SLACK_API_URL", "https://slack.com/api", "Slack's Web API", _slack_url)]
    shopify_shop: Annotated[str, V("SHOPIFY_SHOP", "", "The shop, `example.myshopify.com`", _shop)]
    shopify_access_token: Annotated[Secret, V("SHOPIFY_ACCESS_TOKEN", "", "Admin API token, or:", Secret)]
    shopify_client_id: Annotated[str, V("SHOPIFY_CLIENT_ID", "", "Client id of the app")]
    shopify_client_secret: Annotated[Secret, V("SHOPIFY_CLIENT_SECRET", "", "Client secret of the app", Secret)]
    shopify_webhook_secrets: Annotated[
        tuple[Secret, ...],
        V("SHOPIFY_WEBHOOK_SECRET", "", "Signs the webhooks; two, comma-separated, while rotating", _secrets),
    ]
    shopify_location_id: Annotated[str, V("SHOPIFY_LOCATION_ID", "", "The location whose stock is kept", _location)]
    shopify_api_url: Annotated[str, V("SHOPIFY_API_URL", "", "Admin API, else the shop's own", _url)]
    amazon_seller_id: Annotated[str, V("AMAZON_SELLER_ID", "", "Merchant token of the seller")]
    amazon_marketplace_id: Annotated[str, V("AMAZON_MARKETPLACE_ID", "", "Marketplace, such as `ATVPDKIKX0DER`")]
    amazon_lwa_client_id: Annotated[str, V("AMAZON_LWA_CLIENT_ID", "", "Login with Amazon: client id")]
    amazon_lwa_client_secret: Annotated[
        Secret, V("AMAZON_LWA_CLIENT_SECRET", "", "Login with Amazon: client secret", Secret)
    ]
    amazon_lwa_refresh_token: Annotated[
        Secret, V("AMAZON_LWA_REFRESH_TOKEN", "", "Login with Amazon: refresh token", Secret)
    ]
    amazon_webhook_secret: Annotated[
        Secret, V("AMAZON_WEBHOOK_SECRET", "", "Bearer secret of the two Amazon webhooks", Secret)
    ]
    amazon_sqs_queue_url: Annotated[str, V("AMAZON_SQS_QUEUE_URL", "", "Queue of the notifications", _url)]
    amazon_sp_api_url: Annotated[str, V("AMAZON_SP_API_URL", SP_API_URL, "Selling Partner API of the region", _url)]
    amazon_lwa_url: Annotated[str, V("AMAZON_LWA_URL", LWA_URL, "Login with Amazon", _url)]
    aws_region: Annotated[
        str,
        V("AWS_REGION", "", "Region, else as AWS's own chain finds it", older=("AWS_DEFAULT_REGION", "AMAZON_REGION")),
    ]
    aws_endpoint_url: Annotated[
        str, V("AWS_ENDPOINT_URL", "", "AWS's own address, else that of the region", _url, ("DYNAMODB_LOCAL_ENDPOINT",))
    ]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """The settings that the environment gives; SettingsError for the first that is malformed or lacks another."""
        texts = {row.name: _text(row, env) for row in VARIABLES}
        for name, needed in NEEDS:
            if texts[name] and not any(texts[other] for other in needed):
                raise SettingsError(" or ".join(needed), f"must be set because {name} is")
        return cls(**{name: _value(row, texts[row.name]) for name, row in _ROWS.items()})


_ROWS = {name: hint.__metadata__[0] for name, hint in get_type_hints(Settings, include_extras=True).items()}
VARIABLES: tuple[Variable, ...] = tuple(_ROWS.values())
LWA_KEYS = ("AMAZON_LWA_CLIENT_ID", "AMAZON_LWA_CLIENT_SECRET", "AMAZON_LWA_REFRESH_TOKEN")
_ACCOUNT = ("AMAZON_SELLER_ID", "AMAZON_MARKETPLACE_ID", *LWA_KEYS)
NEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SLACK_BOT_TOKEN", ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")),
    ("SLACK_SIGNING_SECRET", ("SLACK_BOT_TOKEN",)),
    ("SLACK_APP_TOKEN", ("SLACK_BOT_TOKEN",)),
    ("SHOPIFY_SHOP", ("SHOPIFY_ACCESS_TOKEN", "SHOPIFY_CLIENT_ID")),
    ("SHOPIFY_SHOP", ("SHOPIFY_LOCATION_ID",)),
    ("SHOPIFY_ACCESS_TOKEN", ("SHOPIFY_SHOP",)),
    ("SHOPIFY_CLIENT_ID", ("SHOPIFY_CLIENT_SECRET",)),
    ("SHOPIFY_CLIENT_ID", ("SHOPIFY_SHOP",)),
    ("SHOPIFY_CLIENT_SECRET", ("SHOPIFY_CLIENT_ID",)),
    *((one, (other,)) for one in LWA_KEYS for other in _ACCOUNT),
)


def load(env: Mapping[str, str], dotenv_path: Path) -> dict[str, str]:
    """The environment with what the `.env` file adds to it, if there is one; what is already set wins."""
    try:
        said = dotenv_values(dotenv_path, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(str(dotenv_path), "cannot be read: it must be a readable file of UTF-8 text") from None
    return {name: text for name, text in said.items() if text is not None} | dict(env)


def _text(row: Variable, env: Mapping[str, str]) -> str:
    return next((env[name].strip() for name in (row.name, *row.older) if env.get(name, "").strip()), "")


def _value(row: Variable, text: str) -> Any:  # noqa: ANN401 -- each row reads its own type
    try:
        return row.read(text or row.default)
    except ValueError as error:
        raise SettingsError(row.name, str(error)) from None
