"""Every setting of SyncState: one table of environment variables, read once into one frozen object."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from core.errors import SyncStateError
from core.marketplaces.plug import Plug
from core.variables import Given, Need, Secret, Variable, read_url
from plugs import PLUGS
from values import (
    StoreKind,
    read_app_token,
    read_bot_token,
    read_cron,
    read_minutes,
    read_port,
    read_prefix,
    read_slack_url,
    read_store,
    read_users,
    read_zone,
)
from webhooks.tokens import ApiToken, parse_tokens


class SettingsError(SyncStateError):
    """A setting is missing, malformed or contradictory: one line that names it and says what to do, without secrets."""

    def __init__(self, variable: str, advice: str) -> None:
        super().__init__(f"{variable} {advice}")
        self.variable = variable
        self.advice = advice


V = Variable


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; a text that is not set is empty, and so is `digest_cron` (in the scheduler's dialect) when off.

    `plugs` are the marketplaces that there are, `given` is what was given for every variable, theirs included.
    """

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
        V("SYNCSTATE_API_TOKENS", "", "Who may use the REST API: `name:role:secret,...`", parse_tokens, secret=True),
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
    slack_bot_token: Annotated[Secret, V("SLACK_BOT_TOKEN", "", "Bot token, `xoxb-...`", read_bot_token, secret=True)]
    slack_signing_secret: Annotated[
        Secret, V("SLACK_SIGNING_SECRET", "", "Signing secret, in HTTP mode", Secret, secret=True)
    ]
    slack_app_token: Annotated[
        Secret, V("SLACK_APP_TOKEN", "", "App token, `xapp-...`, in Socket Mode", read_app_token, secret=True)
    ]
    slack_api_url: Annotated[str, V("SLACK_API_URL", "https://slack.com/api", "Slack's Web API", read_slack_url)]
    aws_region: Annotated[
        str,
        V("AWS_REGION", "", "Region, else as AWS's own chain finds it", older=("AWS_DEFAULT_REGION", "AMAZON_REGION")),
    ]
    aws_endpoint_url: Annotated[
        str,
        V("AWS_ENDPOINT_URL", "", "AWS's own address, else that of the region", read_url, ("DYNAMODB_LOCAL_ENDPOINT",)),
    ]

    plugs: tuple[Plug, ...]
    given: Given

    @classmethod
    def from_env(cls, env: Mapping[str, str], plugs: Sequence[Plug] = PLUGS) -> Settings:
        """The settings that the environment gives; SettingsError for the first that is malformed or lacks another."""
        for fault in _lacks(env, plugs):
            raise fault
        values = {row.name: _value(row, _text(row, env)) for row in (*_ROWS.values(), *_variables(plugs))}
        own = {field: values[row.name] for field, row in _ROWS.items()}
        return cls(**own, plugs=tuple(plugs), given=Given(values))


def _variables(plugs: Sequence[Plug]) -> tuple[Variable, ...]:
    return tuple(row for plug in plugs for row in plug.variables)


def _needs(plugs: Sequence[Plug]) -> tuple[Need, ...]:
    return tuple(need for plug in plugs for need in plug.needs)


_HINTS = get_type_hints(Settings, include_extras=True)
_ROWS: Mapping[str, Variable] = {
    name: hint.__metadata__[0] for name, hint in _HINTS.items() if hasattr(hint, "__metadata__")
}
_NEEDS: tuple[Need, ...] = (
    ("SLACK_BOT_TOKEN", ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")),
    ("SLACK_SIGNING_SECRET", ("SLACK_BOT_TOKEN",)),
    ("SLACK_APP_TOKEN", ("SLACK_BOT_TOKEN",)),
)
VARIABLES: tuple[Variable, ...] = (*_ROWS.values(), *_variables(PLUGS))
NEEDS: tuple[Need, ...] = (*_NEEDS, *_needs(PLUGS))


def faults(env: Mapping[str, str]) -> list[SettingsError]:
    """All that makes these settings unusable, one error each."""
    found = list(_lacks(env, PLUGS))
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


def _lacks(env: Mapping[str, str], plugs: Sequence[Plug]) -> Iterator[SettingsError]:
    texts = {row.name: _text(row, env) for row in (*_ROWS.values(), *_variables(plugs))}
    for name, needed in (*_NEEDS, *_needs(plugs)):
        if texts[name] and not any(texts[other] for other in needed):
            yield SettingsError(" or ".join(needed), f"must be set because {name} is")


def _text(row: Variable, env: Mapping[str, str]) -> str:
    return next((env[name].strip() for name in (row.name, *row.older) if env.get(name, "").strip()), "")


def _value(row: Variable, text: str) -> Any:  # noqa: ANN401 -- each row reads its own type
    try:
        return row.read(text or row.default)
    except ValueError as error:
        raise SettingsError(row.name, str(error)) from None
