"""The environment of the playground's app: made-up secrets, and the stand-ins' addresses in place of the real ones."""

from collections.abc import Mapping

from playground.outside import BELOW, SLACK, Outside
from playground.serving import HOST
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET
from settings import Settings

API_TOKEN = "playground"
_DIGEST = "*/5 * * * *"


def made_up(asked: Settings, port: int, address: str, outside: Outside) -> Mapping[str, str]:
    """The variables of an app on `port` that knows nobody but `outside` at `address`; folder and zone as asked for."""
    below = f"{address}{BELOW}"
    shops = {
        name: text
        for stall in outside.stalls.values()
        for name, text in stall.settings(f"{below}/{stall.name}").items()
    }
    return {
        "HOST": HOST,
        "PORT": str(port),
        "SYNCSTATE_STORE": "sqlite",
        "SYNCSTATE_DATA_DIR": str(asked.data_dir.absolute()),
        "SYNCSTATE_TIMEZONE": asked.timezone.key,
        "SYNCSTATE_API_TOKENS": f"playground:admin:{API_TOKEN}",
        **_slack(below),
        **shops,
    }


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
