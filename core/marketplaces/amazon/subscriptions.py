"""Where Amazon sends its notifications; source: Notifications API v1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from core.marketplaces.amazon.api import SellingPartner
from core.marketplaces.amazon.operations import (
    CREATE_DESTINATION,
    CREATE_SUBSCRIPTION,
    GET_DESTINATIONS,
    GET_SUBSCRIPTION,
)
from core.marketplaces.bodies import read_id, rows, table

ORDERS = "ORDER_CHANGE"
ON_A_BUS = ("LISTINGS_ITEM_MFN_QUANTITY_CHANGE", "LISTINGS_ITEM_ISSUES_CHANGE", "LISTINGS_ITEM_STATUS_CHANGE")
_PATH = "/notifications/v1"
_VERSION = "1.0"
_OURS = "syncstate"


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The seller's subscriptions by `seller`'s tokens, the application's destinations by `app`'s. ChannelError."""

    seller: SellingPartner
    app: SellingPartner

    async def destinations(self) -> Mapping[str, str]:
        """The ids of all destinations: by a queue's ARN, or "" for an event bus."""
        said = await self.app.read(GET_DESTINATIONS, "GET", f"{_PATH}/destinations")
        found: dict[str, str] = {}
        for each in map(table, rows(said.get("payload"))):
            resource = table(each.get("resource"))
            arn = table(resource.get("sqs")).get("arn")
            if isinstance(arn, str) or resource.get("eventBridge"):
                found[arn if isinstance(arn, str) else ""] = read_id(each.get("destinationId"))
        return found

    async def make_destination(self, arn: str) -> str:
        """Make the queue a destination; its id."""
        body = {"name": _OURS, "resourceSpecification": {"sqs": {"arn": arn}}}
        said = await self.app.read(CREATE_DESTINATION, "POST", f"{_PATH}/destinations", body)
        return read_id(table(said.get("payload")).get("destinationId"))

    async def destination_of(self, kind: str) -> str:
        """The id of the destination that notifications of this type go to, "" when there is no subscription."""
        answer = await self.seller.call(GET_SUBSCRIPTION, "GET", f"{_PATH}/subscriptions/{kind}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return ""
        said = self.seller.said(GET_SUBSCRIPTION, answer)
        return read_id(table(said.get("payload")).get("destinationId"))

    async def subscribe(self, kind: str, destination_id: str) -> None:
        """Have notifications of this type sent there."""
        body = {"payloadVersion": _VERSION, "destinationId": destination_id}
        await self.seller.read(CREATE_SUBSCRIPTION, "POST", f"{_PATH}/subscriptions/{kind}", body)
