"""The shop over HTTP: `POST /admin/api/2026-10/graphql.json` and the token endpoint."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.door import Door, raise_timeout
from playground.shopify.admin import Admin
from playground.shopify.shop import Shop
from playground.shopify.webhooks import API_VERSION

UNKNOWN_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"


def shopify_app(shop: Shop, lose: Callable[[], None] = raise_timeout) -> Starlette:
    """Serve one shop; `lose` is what happens to a reply that gets lost (see `door`)."""
    service = Service(shop)
    return Starlette(
        routes=[
            Route(
                f"/admin/api/{API_VERSION}/graphql.json",
                service.graphql,
                methods=["POST"],
            ),
            Route("/bulk/{number:int}.jsonl", service.bulk_result, methods=["GET"]),
            Route("/admin/oauth/access_token", service.access_token, methods=["POST"]),
        ],
        middleware=[Middleware(Door, stand_in=shop, lose=lose)],
    )


class Service:
    """The endpoints."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._admin = Admin(shop)

    async def graphql(self, request: Request) -> Response:
        """Answer a GraphQL request; 401 without a valid token, 400 without a query."""
        if not self._shop.access.allows(request.headers.get("X-Shopify-Access-Token", "")):
            return self._json({"errors": UNKNOWN_TOKEN}, HTTPStatus.UNAUTHORIZED)
        asked = _object(await request.body())
        query = asked.get("query")
        if not isinstance(query, str):
            error = {"errors": {"query": "Required parameter missing or invalid"}}
            return self._json(error, HTTPStatus.BAD_REQUEST)
        self._shop.bulk.address = str(request.base_url)
        variables, name = asked.get("variables"), asked.get("operationName")
        answer = self._admin.answer(
            query,
            variables if isinstance(variables, dict) else {},
            name if isinstance(name, str) else None,
        )
        return self._json(answer, HTTPStatus.OK)

    async def bulk_result(self, request: Request) -> Response:
        """Answer the lines of a bulk operation, to whoever knows the address."""
        lines = self._shop.bulk.result(request.path_params["number"])
        if lines is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return Response(b"".join(lines), media_type="application/jsonl")

    async def access_token(self, request: Request) -> Response:
        """Answer a client credentials grant; 400 when it is not granted."""
        granted = self._shop.access.grant(_object(await request.body()))
        if granted is None:
            error = {"error": "invalid_client"}
            return self._json(error, HTTPStatus.BAD_REQUEST)
        return self._json(granted, HTTPStatus.OK)

    def _json(self, answer: Mapping[str, object], status: HTTPStatus) -> Response:
        headers = {
            "X-Request-Id": self._shop.ids.uuid(),
            "X-Shopify-API-Version": API_VERSION,
        }
        return Response(
            orjson.dumps(answer),
            status,
            headers=headers,
            media_type="application/json",
        )


def _object(body: bytes) -> dict[str, object]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
