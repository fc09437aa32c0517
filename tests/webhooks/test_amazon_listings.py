"""What Amazon says of its listings: told to people once for a SKU, and cleared when it is gone."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from core.stock import Push, Told
from tests.webhooks import signing
from tests.webhooks.site import Site

MINUTES = itertools.count()


def issues(*enforced: str, severities: tuple[str, ...] = ("ERROR",), at: int | None = None) -> dict[str, Any]:
    payload = {"SellerId": "S", "MarketplaceId": "M", "Sku": "A", "Asin": "B0", "Severities": list(severities)}
    return _event("LISTINGS_ITEM_ISSUES_CHANGE", {**payload, "EnforcementActions": list(enforced)}, at)


def status(*words: str, at: int | None = None, kind: str = "LISTINGS_ITEM_STATUS_CHANGE") -> dict[str, Any]:
    return _event(kind, {"SellerId": "S", "MarketplaceId": "M", "Sku": "A", "Asin": "B0", "Status": list(words)}, at)


def _event(kind: str, payload: dict[str, Any], at: int | None) -> dict[str, Any]:
    minute = next(MINUTES) % 60 if at is None else at
    return {"NotificationType": kind, "EventTime": f"2027-01-15T11:{minute:02}:00.000Z", "Payload": payload}


async def post(site: Site, body: object) -> str:
    answer = await site.post("/webhook/amazon", {"detail-type": "x", "detail": body}, signing.amazon())
    assert answer.status_code == 200
    await site.house.follow_up.drain()
    said: str = answer.json()["status"]
    return said


async def alerts(site: Site) -> list[tuple[str, str]]:
    page = await site.house.service.alerts()
    return [(alert.kind, alert.message) for alert in page.items if alert.kind == "sync_failed"]


async def test_a_suppressed_listing_is_one_alert_that_clears_when_it_is_fine(site: Site) -> None:
    await site.stock("A", 5)
    await post(site, issues("LISTING_SUPPRESSED", at=1))
    ((kind, message),) = await alerts(site)
    assert (kind, "it cannot be bought" in message) == ("sync_failed", True)
    await post(site, issues("SEARCH_SUPPRESSED", at=2))
    ((_, message),) = await alerts(site)
    assert "hidden from search" in message
    await post(site, issues(severities=(), at=3))
    assert not await alerts(site)


async def test_both_reasons_are_one_alert_and_clear_apart(site: Site) -> None:
    await site.stock("A", 5)
    await post(site, issues("SEARCH_SUPPRESSED", at=1))
    await post(site, status("DISCOVERABLE", at=2))
    ((_, message),) = await alerts(site)
    assert "hidden from search; it cannot be bought" in message
    await post(site, issues(severities=(), at=3))
    ((_, message),) = await alerts(site)
    assert "hidden from search" not in message
    await post(site, status("BUYABLE", at=4))
    assert not await alerts(site)


async def test_news_in_any_order_and_twice_end_the_same(site: Site) -> None:
    await site.stock("A", 5)
    late, early = issues(severities=(), at=9), issues("LISTING_SUPPRESSED", at=8)
    assert [await post(site, each) for each in (late, early, late)] == ["applied", "ignored", "duplicate"]
    assert not await alerts(site)


@pytest.mark.parametrize("stock", [0, None])
async def test_a_listing_with_nothing_to_sell_cannot_be_bought_and_that_is_no_news(
    site: Site, stock: int | None
) -> None:
    if stock is not None:
        await site.stock("A", stock)
    await post(site, status())
    assert not await alerts(site)


async def test_a_listing_whose_stock_is_not_kept_here_is_nobodys_alert(site: Site) -> None:
    await post(site, issues("LISTING_SUPPRESSED"))
    assert not await alerts(site)


async def test_mere_warnings_are_no_alert(site: Site) -> None:
    await site.stock("A", 5)
    await post(site, issues(severities=("WARNING",)))
    assert not await alerts(site)


@pytest.mark.parametrize("kind", ["LISTINGS_ITEM_STATUS_CHANGE", "LISTINGS_ITEM_STATUS_CHANGED"])
async def test_both_spellings_of_the_type_are_understood(site: Site, kind: str) -> None:
    await site.stock("A", 5)
    await post(site, status("DISCOVERABLE", kind=kind))
    assert len(await alerts(site)) == 1


@pytest.mark.parametrize(
    "kind", ["ANY_OFFER_CHANGED", "FBA_INVENTORY_AVAILABILITY_CHANGES", "FEED_PROCESSING_FINISHED"]
)
async def test_other_news_changes_nothing(site: Site, kind: str) -> None:
    await site.stock("A", 5)
    assert await post(site, _event(kind, {}, None)) == "ignored"
    assert await site.on_hand("A") == 5


async def test_a_quantity_that_was_told_is_an_echo_and_amazons_own_stock_is_none_of_ours(site: Site) -> None:
    await site.stock("A", 5)
    level = (await site.house.store.levels(["A"]))["A"]
    told = Told(5, level.stock.version, site.clock.now, Push.CONFIRMED)
    await site.house.store.settle("A", level.stock.version, {"amazon": told}, {})
    shown = {"SellerId": "S", "FulfillmentChannelCode": "DEFAULT", "Sku": "A"}
    assert await post(site, _event("LISTINGS_ITEM_MFN_QUANTITY_CHANGE", {**shown, "Quantity": 5}, None)) == "ignored"
    afn = {**shown, "FulfillmentChannelCode": "AMAZON_NA", "Quantity": 70}
    assert await post(site, _event("LISTINGS_ITEM_MFN_QUANTITY_CHANGE", afn, None)) == "ignored"
