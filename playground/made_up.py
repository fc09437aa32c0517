"""The settings of the playground's app: made-up secrets, and the stand-ins' addresses in place of the real ones."""

from collections.abc import Mapping

from playground.outside import BELOW, SLACK, Outside
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET
from settings import Settings

API_TOKEN = "playground"
_DIGEST = "*/5 * * * *"


def made_up(asked: Settings, address: str, outside: Outside) -> Settings:
    """The settings of an app at `address` that knows nobody but `outside`; port, folder and zone as asked for."""
    below = f"{address}{BELOW}"
    shops = {
        name: text
        for stall in outside.stalls.values()
        for name, text in stall.settings(f"{below}/{stall.name}").items()
    }
    env = {
        "HOST": "127.0.0.1",
        "PORT": str(asked.port),
        "SYNCSTATE_STORE": "sqlite",
        "SYNCSTATE_DATA_DIR": str(asked.data_dir),
        "SYNCSTATE_TIMEZONE": asked.timezone.key,
        "SYNCSTATE_API_TOKENS": f"playground:admin:{API_TOKEN}",
    }
    return Settings.from_env({**env, **_slack(below), **shops})


def _slack(below: str) -> Mapping[str, str]:
    return {
        "SYNCSTATE_ALERTS_CHANNEL": "#alerts",
        "SYNCSTATE_DIGEST_CHANNEL": "#digest",
        "SYNCSTATE_ESCALATION_CHANNEL": "#escalation",
        "SYNCSTATE_DIGEST_CRON": _DIGEST,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{below}/{SLACK}/api",
    }
