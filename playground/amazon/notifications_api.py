"""Notifications API v1: destinations of the application, subscriptions of the seller."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from playground.amazon.gateway import Gateway, Json, invalid_input, not_found, read_body
from playground.amazon.seller import Seller
from playground.bucket import Rate

PATH = "/notifications/v1"
RATE = Rate(1, 5)
BY_QUEUE = frozenset({"ORDER_CHANGE", "FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED"})


class NotificationsApi:
    """The operations that show and make destinations and subscriptions."""

    def __init__(self, seller: Seller) -> None:
        self._seller = seller
        self.destinations: dict[str, Json] = {}
        self.subscriptions: dict[str, Json] = {}

    def add_bus(self) -> str:
        """Make an event bus a destination, and return its id."""
        return self._keep({"name": "bus", "resource": {"eventBridge": {"name": "b", "region": "r", "accountId": "a"}}})

    def routes(self, gateway: Gateway) -> list[BaseRoute]:
        """All of them, at their own rates; those on destinations take the application's own token."""
        kind = "/subscriptions/{kind}"
        table = (
            ("GET", "/destinations", self._list, True),
            ("POST", "/destinations", self._make, True),
            ("GET", kind, self._get, False),
            ("POST", kind, self._subscribe, False),
        )
        return [
            Route(PATH + path, gateway.operation(RATE, operate, grantless=grantless), methods=[method])
            for method, path, operate, grantless in table
        ]

    async def _list(self, _request: Request) -> Json:
        return {"payload": list(self.destinations.values())}

    async def _make(self, request: Request) -> Json:
        body = await read_body(request)
        resource = body.get("resourceSpecification")
        sqs = resource.get("sqs") if isinstance(resource, dict) else None
        arn = sqs.get("arn") if isinstance(sqs, dict) else None
        if not isinstance(body.get("name"), str) or not isinstance(arn, str) or not arn.startswith("arn:aws:sqs:"):
            raise invalid_input("a destination needs a name and the ARN of a queue")
        destination_id = self._keep({"name": body["name"], "resource": {"sqs": {"arn": arn}}})
        return {"payload": self.destinations[destination_id]}

    async def _get(self, request: Request) -> Json:
        found = self.subscriptions.get(request.path_params["kind"])
        if found is None:
            raise not_found("There is no subscription of this type")
        return {"payload": found}

    async def _subscribe(self, request: Request) -> Json:
        kind, body = request.path_params["kind"], await read_body(request)
        destination = self.destinations.get(str(body.get("destinationId")))
        if destination is None or not isinstance(body.get("payloadVersion"), str):
            raise invalid_input("a subscription needs a destination and a payload version")
        resource = destination["resource"]
        is_queue = isinstance(resource, dict) and "sqs" in resource
        if is_queue != (kind in BY_QUEUE):
            raise invalid_input("notifications of this type do not go to such a destination")
        self.subscriptions[kind] = {"subscriptionId": self._seller.ids.uuid(), **body}
        return {"payload": self.subscriptions[kind]}

    def _keep(self, destination: Json) -> str:
        destination_id = self._seller.ids.uuid()
        self.destinations[destination_id] = {"destinationId": destination_id, **destination}
        return destination_id
