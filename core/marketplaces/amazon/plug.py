"""Amazon as one row of the table of marketplaces."""

from __future__ import annotations

from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.attendant import Attendant
from core.marketplaces.amazon.channel import Amazon
from core.marketplaces.amazon.mailbox import open_mailbox
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.plug import Plug, World
from core.variables import Given, Secret, Variable, read_url

LWA_URL = "https://api.amazon.com/auth/o2/token"
LWA_KEYS = ("AMAZON_LWA_CLIENT_ID", "AMAZON_LWA_CLIENT_SECRET", "AMAZON_LWA_REFRESH_TOKEN")
_ACCOUNT = ("AMAZON_SELLER_ID", "AMAZON_MARKETPLACE_ID", *LWA_KEYS)


def make(given: Given, world: World) -> Amazon:
    """Amazon with what was given for it."""
    access = AmazonAccess(
        seller_id=given.text("AMAZON_SELLER_ID"),
        marketplace_id=given.text("AMAZON_MARKETPLACE_ID"),
        client_id=given.text("AMAZON_LWA_CLIENT_ID"),
        client_secret=given.secret("AMAZON_LWA_CLIENT_SECRET"),
        refresh_token=given.secret("AMAZON_LWA_REFRESH_TOKEN"),
        webhook_secret=given.secret("AMAZON_WEBHOOK_SECRET"),
        api_url=given.text("AMAZON_SP_API_URL"),
        lwa_url=given.text("AMAZON_LWA_URL"),
    )
    queue = open_mailbox(given.text("AMAZON_SQS_QUEUE_URL"), given.text("AWS_REGION"))
    clock, sleep, fresh_id = world.clock, world.sleep, world.fresh_id
    return Amazon(access, world.client(), clock=clock, sleep=sleep, fresh_id=fresh_id, queue=queue)


AMAZON = Plug(
    name=CHANNEL,
    make=make,
    attend=Attendant,
    variables=(
        Variable("AMAZON_SELLER_ID", "", "Merchant token of the seller"),
        Variable("AMAZON_MARKETPLACE_ID", "", "Marketplace, such as `ATVPDKIKX0DER`"),
        Variable("AMAZON_LWA_CLIENT_ID", "", "Login with Amazon: client id"),
        Variable("AMAZON_LWA_CLIENT_SECRET", "", "Login with Amazon: client secret", Secret, secret=True),
        Variable("AMAZON_LWA_REFRESH_TOKEN", "", "Login with Amazon: refresh token", Secret, secret=True),
        Variable("AMAZON_WEBHOOK_SECRET", "", "Bearer secret of the two Amazon webhooks", Secret, secret=True),
        Variable(
            "AMAZON_SQS_QUEUE_URL",
            "",
            "Queue (SQS) of the notifications: orders on Amazon come only this way",
            read_url,
        ),
        Variable(
            "AMAZON_SP_API_URL", "", "Selling Partner API, else that of the marketplace; or its sandbox", read_url
        ),
        Variable("AMAZON_LWA_URL", LWA_URL, "Login with Amazon", read_url),
    ),
    needs=tuple((one, (other,)) for one in LWA_KEYS for other in _ACCOUNT),
)
