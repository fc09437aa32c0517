"""The shop over HTTP: `/wp-json/wc/v3` as far as SyncState calls it."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route

from playground.door import Door, raise_timeout
from playground.woocommerce.orders import Order
from playground.woocommerce.payloads import order_json, product_json, refund_json
from playground.woocommerce.products import Kind, Product
from playground.woocommerce.rest import Answer, Json, RestError, guarded, paged, updates_of
from playground.woocommerce.site import Site
from playground.woocommerce.webhooks import Hook

ROOT = "/wp-json/wc/v3"


def woocommerce_app(site: Site, lose: Callable[[], None] = raise_timeout) -> Starlette:
    """Serve one shop; `lose` is what happens to a reply that gets lost (see `door`)."""
    rest = Rest(site)
    table = [
        ("GET", "/products", rest.products),
        ("POST", "/products/batch", rest.update_products),
        ("GET", "/products/{id:int}", rest.product),
        ("GET", "/products/{parent:int}/variations", rest.variations),
        ("POST", "/products/{parent:int}/variations/batch", rest.update_products),
        ("GET", "/products/{parent:int}/variations/{id:int}", rest.product),
        ("GET", "/orders", rest.orders),
        ("GET", "/orders/{id:int}", rest.order),
        ("GET", "/orders/{id:int}/refunds", rest.refunds),
        ("GET", "/webhooks", rest.webhooks),
        ("POST", "/webhooks", rest.make_webhook),
        ("DELETE", "/webhooks/{id:int}", rest.delete_webhook),
    ]
    return Starlette(
        routes=[Route(f"{ROOT}{path}", guarded(site, answer), methods=[method]) for method, path, answer in table],
        middleware=[Middleware(Door, stand_in=site, lose=lose)],
    )


class Rest:
    """The endpoints."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def products(self, request: Request) -> Answer:
        """Products by id; with `sku`, whatever has one of them, variations included."""
        every = self._site.products
        skus = request.query_params.get("sku")
        found = [each for each in every.by_id.values() if each.kind is not Kind.VARIATION]
        if skus is not None:
            found = [each for sku in dict.fromkeys(skus.split(",")) for each in every.with_sku(sku.strip())]
        return paged(request, [product_json(each, every) for each in sorted(found, key=lambda each: each.id)])

    async def product(self, request: Request) -> Answer:
        """One product or variation."""
        found = self._site.products.get(request.path_params["id"], request.path_params.get("parent", 0))
        if found is None:
            raise _unknown("product")
        return product_json(found, self._site.products), {}

    async def variations(self, request: Request) -> Answer:
        """The variations of one product."""
        parent = self._site.products.get(request.path_params["parent"])
        if parent is None:
            raise _unknown("product")
        rows = [product_json(each, self._site.products) for each in self._site.products.variations(parent.id)]
        return paged(request, rows)

    async def update_products(self, request: Request) -> Answer:
        """Set quantities of products, or of the variations of one; a row that cannot be set harms no other."""
        parent = request.path_params.get("parent", 0)
        return {"update": [self._update(row, parent) for row in await updates_of(request)]}, {}

    async def orders(self, request: Request) -> Answer:
        """Orders of a status (`any` leaves out the trash) that were modified after a time, by when that was."""
        query = request.query_params
        after = datetime.fromisoformat(query.get("modified_after", "1970-01-01T00:00:00")).replace(tzinfo=UTC)
        wanted = query.get("status", "any")
        found = [
            order
            for order in self._site.orders.values()
            if (order.status == wanted or (wanted == "any" and order.status != "trash"))
            and int(order.modified_at) > after.timestamp()
        ]
        rows = sorted(found, key=lambda order: (int(order.modified_at), order.id))
        return paged(request, [order_json(order, self._site.products) for order in rows])

    async def order(self, request: Request) -> Answer:
        """One order, in the trash or not."""
        return order_json(self._order(request), self._site.products), {}

    async def refunds(self, request: Request) -> Answer:
        """The refunds of one order, with their lines."""
        order = self._order(request)
        return paged(request, [refund_json(order, refund) for refund in order.refunds])

    async def webhooks(self, request: Request) -> Answer:
        """Every webhook; secrets are not shown."""
        return paged(request, [_hook_json(hook) for hook in self._site.webhooks.hooks.values()])

    async def make_webhook(self, request: Request) -> Answer:
        """Make a webhook, which pings its address."""
        asked = orjson.loads(await request.body())
        if not str(asked.get("delivery_url", "")).startswith(("http://", "https://")):
            code = "woocommerce_rest_webhook_invalid_delivery_url"
            raise RestError(HTTPStatus.BAD_REQUEST, code, "Webhook delivery URL must be a valid URL.")
        hook = self._site.webhooks.add(asked["topic"], asked["delivery_url"], asked["secret"], asked["status"])
        return _hook_json(hook), {}

    async def delete_webhook(self, request: Request) -> Answer:
        """Delete a webhook for good."""
        hook = self._site.webhooks.hooks.pop(request.path_params["id"], None)
        if hook is None:
            raise _unknown("shop_webhook")
        return _hook_json(hook), {}

    def _update(self, row: Json, parent: int) -> Json:
        found = self._site.products.get(row["id"], parent)
        if found is None:
            return {"id": row["id"], "error": _unknown("product_variation" if parent else "product").body}
        changed = self._set(found, row) if "stock_quantity" in row else found
        return product_json(changed, self._site.products)

    def _set(self, product: Product, row: Json) -> Product:
        return self._site.set_quantity(product, row["stock_quantity"] or 0) if product.managed is True else product

    def _order(self, request: Request) -> Order:
        found = self._site.orders.get(request.path_params["id"])
        if found is None:
            raise _unknown("shop_order")
        return found


def _unknown(what: str) -> RestError:
    return RestError(HTTPStatus.NOT_FOUND, f"woocommerce_rest_{what}_invalid_id", "Invalid ID.")


def _hook_json(hook: Hook) -> Json:
    return {"id": hook.id, "name": hook.topic, "status": hook.status, "topic": hook.topic, "delivery_url": hook.url}
