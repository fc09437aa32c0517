"""The settings of the playground's app: made-up secrets, and the stand-ins' addresses in place of the real ones."""

from collections.abc import Mapping

from playground.outside import AMAZON, BELOW, SELLER, SHOP, SHOPIFY, SLACK, Outside
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET
from settings import Settings

API_TOKEN = "playground"
_DIGEST = "*/5 * * * *"


def made_up(asked: Settings, address: str, outside: Outside) -> Settings:
    """The settings of an app at `address` that knows nobody but `outside`; port, folder and zone as asked for."""
    below = f"{address}{BELOW}"
    env = {
        "HOST": "127.0.0.1",
        "PORT": str(asked.port),
        "SYNCSTATE_STORE": "sqlite",
        "SYNCSTATE_DATA_DIR": str(asked.data_dir),
        "SYNCSTATE_TIMEZONE": asked.timezone.key,
        "SYNCSTATE_API_TOKENS": f"playground:admin:{API_TOKEN}",
    }
    return Settings.from_env({**env, **_slack(below), **_shopify(below, outside), **_amazon(below)})


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


def _shopify(below: str, outside: Outside) -> Mapping[str, str]:
    return {
        "SHOPIFY_SHOP": SHOP.domain,
        "SHOPIFY_ACCESS_TOKEN": SHOP.access_token,
        "SHOPIFY_WEBHOOK_SECRET": SHOP.webhook_secret,
        "SHOPIFY_LOCATION_ID": str(outside.shop.catalog.primary.id),
        "SHOPIFY_API_URL": f"{below}/{SHOPIFY}",
    }


def _amazon(below: str) -> Mapping[str, str]:
    return {
        "AMAZON_SELLER_ID": SELLER.seller_id,
        "AMAZON_MARKETPLACE_ID": SELLER.marketplace_id,
        "AMAZON_LWA_CLIENT_ID": SELLER.client_id,
        "AMAZON_LWA_CLIENT_SECRET": SELLER.client_secret,
        "AMAZON_LWA_REFRESH_TOKEN": SELLER.refresh_token,
        "AMAZON_WEBHOOK_SECRET": SELLER.webhook_secret,
        "AMAZON_SP_API_URL": f"{below}/{AMAZON}",
        "AMAZON_LWA_URL": f"{below}/{AMAZON}/auth/o2/token",
    }
