"""The seller account over HTTP: `POST /auth/o2/token` and `/listings/2021-08-01/items/...`."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.amazon.listings_api import PREFIX, ListingsApi
from playground.amazon.seller import Seller
from playground.door import Door, raise_timeout


def amazon_app(seller: Seller, lose: Callable[[], None] = raise_timeout) -> Starlette:
    """Serve one seller; `lose` is what happens to a reply that gets lost (see `door`)."""

    async def issue_token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        status, body = seller.login.grant(form)
        return Response(orjson.dumps(body), status, media_type="application/json")

    return Starlette(
        routes=[
            Route("/auth/o2/token", issue_token, methods=["POST"]),
            Route(f"{PREFIX}{{rest:path}}", ListingsApi(seller).answer, methods=["GET", "PATCH"]),
        ],
        middleware=[Middleware(Door, stand_in=seller, lose=lose)],
    )
