"""The operations of the Selling Partner API that we call, each with its own rate (a second) and burst."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation by Amazon's name; `rate` and `burst` are its default usage plan."""

    name: str
    rate: float
    burst: float


PATCH_LISTING = Operation("patchListingsItem", 5.0, 5.0)
GET_LISTING = Operation("getListingsItem", 5.0, 10.0)
SEARCH_LISTINGS = Operation("searchListingsItems", 5.0, 5.0)
GET_ORDER = Operation("getOrder", 0.5, 30.0)
SEARCH_ORDERS = Operation("searchOrders", 0.0056, 20.0)
CREATE_FEED_DOCUMENT = Operation("createFeedDocument", 0.5, 15.0)
CREATE_FEED = Operation("createFeed", 0.0083, 15.0)
GET_FEED = Operation("getFeed", 2.0, 15.0)
GET_FEEDS = Operation("getFeeds", 0.0222, 10.0)
CANCEL_FEED = Operation("cancelFeed", 2.0, 15.0)
GET_FEED_DOCUMENT = Operation("getFeedDocument", 0.0222, 10.0)
CREATE_REPORT = Operation("createReport", 0.0167, 15.0)
GET_REPORT = Operation("getReport", 2.0, 15.0)
GET_REPORT_DOCUMENT = Operation("getReportDocument", 0.0167, 15.0)
GET_DESTINATIONS = Operation("getDestinations", 1.0, 5.0)
CREATE_DESTINATION = Operation("createDestination", 1.0, 5.0)
GET_SUBSCRIPTION = Operation("getSubscription", 1.0, 5.0)
CREATE_SUBSCRIPTION = Operation("createSubscription", 1.0, 5.0)
