"""Every setting of SyncState: one table of environment variables, read once into one frozen object."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from core.errors import SyncStateError
from values import (
    Secret,
    StoreKind,
    read_app_token,
    read_bot_token,
    read_cron,
    read_location,
    read_minutes,
    read_port,
    read_prefix,
    read_secrets,
    read_shop,
    read_slack_url,
    read_store,
    read_url,
    read_users,
    read_zone,
)
from webhooks.tokens import ApiToken, parse_tokens

LWA_URL = "https://api.amazon.com/auth/o2/token"


class SettingsError(SyncStateError):
    """A setting is missing, malformed or contradictory: one line that names it and says what to do, without secrets."""

    def __init__(self, variable: str, advice: str) -> None:
        super().__init__(f"{variable} {advice}")
        self.variable = variable
        self.advice = advice


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
        return self.read in (Secret, read_secrets, read_bot_token, read_app_token, parse_tokens)


V = Variable


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; a text that is not set is empty, and so is `digest_cron` (in the scheduler's dialect) when off."""

    host: Annotated[str, V("HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 in a container")]
    port: Annotated[int, V("PORT", "3000", "Port to listen on", read_port)]
    store: Annotated[StoreKind, V("SYNCSTATE_STORE", "sqlite", "Where the data is: sqlite or dynamodb", read_store)]
    public_url: Annotated[
        str, V("SYNCSTATE_PUBLIC_URL", "", "Our own address as shops reach it, `https://stock.example.com`", read_url)
    ]
    data_dir: Annotated[Path, V("SYNCSTATE_DATA_DIR", "./data", "Folder of the SQLite file", Path)]
    table_prefix: Annotated[str, V("SYNCSTATE_TABLE_PREFIX", "SyncState-", "Start of the table names", read_prefix)]
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
    escalate_after: Annotated[
        int,
        V(
            "SYNCSTATE_ESCALATE_AFTER",
            "15",
            "Minutes until a critical alert that nobody took escalates; 0: never",
            read_minutes,
        ),
    ]
    remind_after: Annotated[
        int,
        V(
            "SYNCSTATE_REMIND_AFTER",
            "240",
            "Minutes until its owner is reminded of one that is still so; 0: never",
            read_minutes,
        ),
    ]
    digest_cron: Annotated[str, V("SYNCSTATE_DIGEST_CRON", "0 9 * * *", "When the digest is due, or `off`", read_cron)]
    timezone: Annotated[
        ZoneInfo, V("SYNCSTATE_TIMEZONE", "UTC", "Time zone of the digest and of times shown", read_zone)
    ]
    operators: Annotated[
        frozenset[str], V("SYNCSTATE_OPERATORS", "", "Slack users who may change stock; empty: everybody", read_users)
    ]
    slack_bot_token: Annotated[Secret, V("SLACK_BOT_TOKEN", "", "Bot token, `xoxb-...`", read_bot_token)]
    slack_signing_secret: Annotated[Secret, V("SLACK_SIGNING_SECRET", "", "Signing secret, in HTTP mode", Secret)]
    slack_app_token: Annotated[
        Secret, V("SLACK_APP_TOKEN", "", "App token, `xapp-...`, in Socket Mode", read_app_token)
    ]
    slack_api_url: Annotated[str, V("SLACK_API_URL", "https://slack.com/api", "Slack's Web API", read_slack_url)]
    shopify_shop: Annotated[str, V("SHOPIFY_SHOP", "", "The shop, `example.myshopify.com`", read_shop)]
    shopify_access_token: Annotated[Secret, V("SHOPIFY_ACCESS_TOKEN", "", "Admin API token, or:", Secret)]
    shopify_client_id: Annotated[str, V("SHOPIFY_CLIENT_ID", "", "Client id of the app")]
    shopify_client_secret: Annotated[Secret, V("SHOPIFY_CLIENT_SECRET", "", "Client secret of the app", Secret)]
    shopify_webhook_secrets: Annotated[
        tuple[Secret, ...],
        V("SHOPIFY_WEBHOOK_SECRET", "", "Signs the webhooks; two, comma-separated, while rotating", read_secrets),
    ]
    shopify_location_id: Annotated[str, V("SHOPIFY_LOCATION_ID", "", "The location whose stock is kept", read_location)]
    shopify_api_url: Annotated[str, V("SHOPIFY_API_URL", "", "Admin API, else the shop's own", read_url)]
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
    amazon_sqs_queue_url: Annotated[
        str,
        V(
            "AMAZON_SQS_QUEUE_URL",
            "",
            "Queue (SQS) of the notifications: orders on Amazon come only this way",
            read_url,
        ),
    ]
    amazon_sp_api_url: Annotated[
        str, V("AMAZON_SP_API_URL", "", "Selling Partner API, else that of the marketplace; or its sandbox", read_url)
    ]
    amazon_lwa_url: Annotated[str, V("AMAZON_LWA_URL", LWA_URL, "Login with Amazon", read_url)]
    aws_region: Annotated[
        str,
        V("AWS_REGION", "", "Region, else as AWS's own chain finds it", older=("AWS_DEFAULT_REGION", "AMAZON_REGION")),
    ]
    aws_endpoint_url: Annotated[
        str,
        V("AWS_ENDPOINT_URL", "", "AWS's own address, else that of the region", read_url, ("DYNAMODB_LOCAL_ENDPOINT",)),
    ]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """The settings that the environment gives; SettingsError for the first that is malformed or lacks another."""
        for fault in _lacks(env):
            raise fault
        return cls(**{name: _value(row, _text(row, env)) for name, row in _ROWS.items()})


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


def faults(env: Mapping[str, str]) -> list[SettingsError]:
    """All that makes these settings unusable, one error each."""
    found = list(_lacks(env))
    for row in VARIABLES:
        try:
            _value(row, _text(row, env))
        except SettingsError as error:
            found.append(error)
    return found


def load(env: Mapping[str, str], dotenv_path: Path) -> dict[str, str]:
    """The environment with what the `.env` file adds to it, if there is one; what is already set wins."""
    try:
        text = dotenv_path.read_text(encoding="utf-8-sig") if dotenv_path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        raise SettingsError(str(dotenv_path), "cannot be read: it must be a readable file of UTF-8 text") from None
    for line in parse_stream(io.StringIO(text)):
        if line.error:
            number = line.original.line + _blank_lines(line.original.string)
            raise SettingsError(str(dotenv_path), f"line {number} must read NAME=value, as in PORT=3001")
    said = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in said.items() if value is not None} | dict(env)


def _blank_lines(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


def _lacks(env: Mapping[str, str]) -> Iterator[SettingsError]:
    texts = {row.name: _text(row, env) for row in VARIABLES}
    for name, needed in NEEDS:
        if texts[name] and not any(texts[other] for other in needed):
            yield SettingsError(" or ".join(needed), f"must be set because {name} is")


def _text(row: Variable, env: Mapping[str, str]) -> str:
    return next((env[name].strip() for name in (row.name, *row.older) if env.get(name, "").strip()), "")


def _value(row: Variable, text: str) -> Any:  # noqa: ANN401 -- each row reads its own type
    try:
        return row.read(text or row.default)
    except ValueError as error:
        raise SettingsError(row.name, str(error)) from None
