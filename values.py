"""How a setting's text is read: each reader returns the value, or raises ValueError that says what the text must be."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from core.cron import name_weekdays
from core.variables import Secret, listed, read_url

DIGEST_OFF = "off"
LAST_PORT = 65_535
LAST_MINUTE = 7 * 24 * 60


class StoreKind(StrEnum):
    """Where the data is held."""

    SQLITE = "sqlite"
    DYNAMODB = "dynamodb"


def read_port(text: str) -> int:
    """A port number from 0 to 65535."""
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > LAST_PORT:
        raise ValueError("must be a port number from 0 to 65535")
    return int(text)


def read_minutes(text: str) -> int:
    """Whole minutes, up to a week."""
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > LAST_MINUTE:
        raise ValueError("must be a whole number of minutes from 0 to 10080")
    return int(text)


def read_store(text: str) -> StoreKind:
    """Which store."""
    if text not in tuple(StoreKind):
        raise ValueError(f"must be {' or '.join(StoreKind)}")
    return StoreKind(text)


def read_prefix(text: str) -> str:
    """The start of a table's name."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,200}", text):
        raise ValueError("must be 1 to 200 letters, digits, underscores, dots or dashes")
    return text


def read_zone(text: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be an IANA time zone, such as Europe/Berlin") from None


def read_cron(text: str) -> str:
    """A cron line in the scheduler's dialect; "" for `off`."""
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


def read_users(text: str) -> frozenset[str]:
    """Slack user ids, separated by commas."""
    users = frozenset(listed(text))
    if not all(re.fullmatch(r"[UW]\w+", user) for user in users):
        raise ValueError("must be Slack user ids separated by commas, such as U012ABCDEF")
    return users


def read_slack_url(text: str) -> str:
    """Slack's Web API, with a slash at its end."""
    return f"{read_url(text)}/"


def read_bot_token(text: str) -> Secret:
    """A Slack bot token."""
    if text.startswith("xapp-"):
        raise ValueError("must be the bot token (xoxb-); this is the app-level one, for SLACK_APP_TOKEN")
    return Secret(text)


def read_app_token(text: str) -> Secret:
    """A Slack app-level token."""
    if text.startswith("xoxb-"):
        raise ValueError("must be the app-level token (xapp-); this is the bot token, for SLACK_BOT_TOKEN")
    return Secret(text)
