"""The seller account over HTTP: Login with Amazon, and the Selling Partner API as far as SyncState calls it."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.amazon.feeds_api import FeedsApi
from playground.amazon.gateway import Gateway
from playground.amazon.listings_api import PREFIX, ListingsApi
from playground.amazon.office import Office, make_office
from playground.amazon.orders_api import OrdersApi
from playground.amazon.reports_api import ReportsApi
from playground.amazon.seller import Seller
from playground.amazon.vault import PATH as DOCUMENTS
from playground.door import Door, raise_timeout


def amazon_app(seller: Seller, lose: Callable[[], None] = raise_timeout, office: Office | None = None) -> Starlette:
    """Serve one seller; `lose` is what happens to a reply that gets lost (see `door`)."""
    office = office or make_office(seller)
    gateway = Gateway(seller)

    async def issue_token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        status, body = seller.login.grant(form)
        return Response(orjson.dumps(body), status, media_type="application/json")

    return Starlette(
        routes=[
            Route("/auth/o2/token", issue_token, methods=["POST"]),
            Route(f"{PREFIX}{{rest:path}}", ListingsApi(seller, gateway).answer, methods=["GET", "PATCH"]),
            *OrdersApi(seller).routes(gateway),
            *FeedsApi(office.feeds, office.vault, seller.settings.marketplace_id).routes(gateway),
            *ReportsApi(office.reports, office.vault, seller).routes(gateway),
            *office.notifications.routes(gateway),
            Route(f"{DOCUMENTS}{{key}}", office.vault.answer, methods=["GET", "PUT"]),
        ],
        middleware=[Middleware(Door, stand_in=seller, lose=lose)],
    )
