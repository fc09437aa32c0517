"""Transactions and returns over the REST API."""

from __future__ import annotations

from tests.webhooks import signing
from tests.webhooks.site import Site

RETURN = {"sku": "MUG", "quantity": 2, "disposition": "DAMAGED", "orderId": "1001", "reason": "cracked"}


async def test_transactions_come_newest_first_with_who_and_what(site: Site) -> None:
    await site.call("PUT", "/api/inventory/MUG", {"physical": 10}, role="write")
    await site.order({"orderId": "1001", "items": [{"sku": "MUG", "quantity": 3}]}, topic="")
    rows = (await site.call("GET", "/api/transactions?sku=MUG", role="read")).json()["items"]
    assert [(row["delta"], row["channel"], row["orderId"], row["actor"]) for row in rows] == [
        (-3, "shopify", "1001", ""),
        (10, "", "", "writer"),
    ]
    assert {row["timestamp"] for row in rows} == {"2027-01-15T12:00:00.000Z"}
    assert {row["sku"] for row in rows} == {"MUG"}
    assert {row["status"] for row in rows} <= {"pending", "completed"}


async def test_transactions_are_paged(site: Site) -> None:
    for count in range(5):
        await site.stock("MUG", count + 1)
    first = (await site.call("GET", "/api/transactions?sku=MUG&limit=3")).json()
    rest = (await site.call("GET", f"/api/transactions?sku=MUG&limit=3&cursor={first['cursor']}")).json()
    ids = [row["txId"] for row in first["items"] + rest["items"]]
    assert (len(first["items"]), len(ids), len(set(ids))) == (3, 5, 5)
    assert rest["cursor"] == ""


async def test_returns_are_listed_and_shown_with_the_row(site: Site) -> None:
    await site.stock("MUG", 10)
    await site.post("/webhook/amazon/return", RETURN, signing.amazon())
    (row,) = (await site.call("GET", "/api/returns?sku=MUG")).json()["items"]
    assert (row["quantity"], row["disposition"], row["orderId"]) == (2, "DAMAGED", "1001")
    assert (row["channel"], row["decision"], row["reason"]) == ("amazon", "alert_only", "cracked")
    assert (await site.call("GET", "/api/inventory/MUG")).json()["returns"] == [row]


async def test_a_ledger_is_of_one_sku(site: Site) -> None:
    for path in ("/api/transactions", "/api/transactions?sku=", "/api/returns", "/api/returns?sku=%00"):
        answer = await site.call("GET", path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


async def test_a_sku_that_nothing_happened_to_has_an_empty_ledger(site: Site) -> None:
    assert (await site.call("GET", "/api/transactions?sku=GHOST")).json() == {"items": [], "cursor": ""}
    assert (await site.call("GET", "/api/returns?sku=GHOST")).json() == {"items": [], "cursor": ""}
