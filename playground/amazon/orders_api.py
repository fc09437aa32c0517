"""Orders API 2026-01-01."""

from datetime import datetime

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from playground.amazon.gateway import Gateway, Json, invalid_input, not_found
from playground.amazon.orders import FulfilledBy, Order, Status
from playground.amazon.seller import Seller
from playground.bucket import Rate
from playground.times import utc

PATH = "/orders/2026-01-01/orders"
MOST_ON_A_PAGE = 100
STATUSES = {
    Status.PENDING: "PENDING",
    Status.UNSHIPPED: "UNSHIPPED",
    Status.PARTIALLY_SHIPPED: "PARTIALLY_SHIPPED",
    Status.SHIPPED: "SHIPPED",
    Status.CANCELED: "CANCELLED",
}
FULFILLED_BY = {FulfilledBy.MFN: "MERCHANT", FulfilledBy.AFN: "AMAZON"}


class OrdersApi:
    """The two operations that read orders."""

    def __init__(self, seller: Seller) -> None:
        self._seller = seller

    def routes(self, gateway: Gateway) -> list[BaseRoute]:
        """Both, at their own rates."""
        return [
            Route(PATH, gateway.operation(Rate(0.0056, 20), self._search), methods=["GET"]),
            Route(f"{PATH}/{{order_id}}", gateway.operation(Rate(0.5, 30), self._get), methods=["GET"]),
        ]

    async def _get(self, request: Request) -> Json:
        order = self._seller.orders.get(request.path_params["order_id"])
        if order is None:
            raise not_found("There is no such order")
        return {"order": self._shown(order)}

    async def _search(self, request: Request) -> Json:
        query = request.query_params
        size, start = int(query.get("maxResultsPerPage", "100")), int(query.get("paginationToken", "0"))
        if ("createdAfter" in query) == ("lastUpdatedAfter" in query) or not 1 <= size <= MOST_ON_A_PAGE:
            raise invalid_input("exactly one of createdAfter and lastUpdatedAfter, and 1 to 100 results a page")
        found = [order for order in self._seller.orders.values() if self._matches(order, request)]
        answer: Json = {"orders": [self._shown(order) for order in found[start : start + size]]}
        if start + size < len(found):
            answer["pagination"] = {"nextToken": str(start + size)}
        return answer

    def _matches(self, order: Order, request: Request) -> bool:
        query = request.query_params
        since = query.get("lastUpdatedAfter")
        at = order.purchased_at if since is None else self._seller.changed_at[order.id]
        wanted = query.get("fulfilledBy", "MERCHANT,AMAZON").split(",")
        here = self._seller.settings.marketplace_id in query.get("marketplaceIds", "").split(",")
        moment = datetime.fromisoformat(since or query["createdAfter"]).timestamp()
        return here and at >= moment and FULFILLED_BY[order.fulfilled_by] in wanted

    def _shown(self, order: Order) -> Json:
        return {
            "orderId": order.id,
            "createdTime": utc(order.purchased_at),
            "lastUpdatedTime": utc(self._seller.changed_at[order.id]),
            "salesChannel": {"channelName": "AMAZON", "marketplaceId": self._seller.settings.marketplace_id},
            "fulfillment": {
                "fulfillmentStatus": STATUSES[order.status],
                "fulfilledBy": FULFILLED_BY[order.fulfilled_by],
            },
            "orderItems": [
                {"orderItemId": item.id, "quantityOrdered": item.quantity, "product": {"sellerSku": item.sku}}
                for item in order.items
            ],
        }
