"""What Amazon keeps for a seller beside its listings and orders: documents, feeds, reports, subscriptions."""

from dataclasses import dataclass

from playground.amazon.feeds import Feeds
from playground.amazon.notifications_api import NotificationsApi
from playground.amazon.reports import Reports
from playground.amazon.seller import Seller
from playground.amazon.vault import Vault


@dataclass(frozen=True, slots=True)
class Office:
    """One seller's."""

    seller: Seller
    vault: Vault
    feeds: Feeds
    reports: Reports
    notifications: NotificationsApi


def make_office(seller: Seller) -> Office:
    """An office in which nothing has happened yet."""
    vault = Vault(seller.clock, seller.ids)
    return Office(seller, vault, Feeds(seller, vault), Reports(seller, vault), NotificationsApi(seller))
