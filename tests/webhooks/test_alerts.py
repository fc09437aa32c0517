"""Alerts over the REST API."""

from __future__ import annotations

from core.changes import Notice
from tests.webhooks.site import Site


async def raise_alerts(site: Site, *skus: str, kind: str = "drift") -> list[str]:
    """Raise one alert for each SKU, a second apart; their ids, newest first."""
    for sku in skus:
        site.clock.now += 1
        await site.house.follow_up.report(Notice(f"n-{kind}-{sku}", kind, sku, f"{sku} drifted"))
    page = await site.house.service.alerts()
    return [alert.alert_id for alert in page.items]


async def test_unread_alerts_come_newest_first(site: Site) -> None:
    await raise_alerts(site, "A", "B")
    said = (await site.call("GET", "/api/alerts/unread", role="read")).json()
    assert (said["count"], [alert["sku"] for alert in said["alerts"]]) == (2, ["B", "A"])
    first = said["alerts"][1]
    assert first == {
        "alertId": first["alertId"],
        "type": "drift",
        "severity": "warning",
        "sku": "A",
        "message": "A drifted",
        "timestamp": "2027-01-15T12:00:01.000Z",
        "read": False,
        "status": "open",
        "count": 1,
        "acknowledgedBy": None,
        "acknowledgedAt": None,
    }


async def test_an_acknowledged_alert_is_read_and_has_a_name_on_it(site: Site) -> None:
    newest, oldest = await raise_alerts(site, "A", "B")
    answer = await site.call("POST", f"/api/alerts/{newest}/read", role="write")
    said = answer.json()
    assert (answer.status_code, said["read"], said["status"]) == (200, True, "acknowledged")
    assert (said["acknowledgedBy"], said["acknowledgedAt"]) == ("writer", "2027-01-15T12:00:02.000Z")
    unread = (await site.call("GET", "/api/alerts/unread")).json()
    assert [alert["alertId"] for alert in unread["alerts"]] == [oldest]


async def test_a_second_acknowledge_is_told_who_was_first(site: Site) -> None:
    (alert_id,) = await raise_alerts(site, "A")
    first = (await site.call("POST", f"/api/alerts/{alert_id}/read", role="write")).json()
    again = await site.call("POST", f"/api/alerts/{alert_id}/read", role="admin")
    assert (again.status_code, again.json()) == (200, first)


async def test_an_unknown_alert_is_not_found(site: Site) -> None:
    answer = await site.call("POST", "/api/alerts/nothing/read")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_alerts_are_listed_by_severity_resolved_ones_too(site: Site) -> None:
    await raise_alerts(site, "A", kind="return_unsellable")
    await raise_alerts(site, "B", "C")
    await site.house.follow_up.clear("drift", "B", "it is right again")
    said = (await site.call("GET", "/api/alerts/severity/warning")).json()
    assert (said["severity"], said["count"]) == ("warning", 2)
    assert [(alert["sku"], alert["status"]) for alert in said["alerts"]] == [("C", "open"), ("B", "resolved")]
    assert (await site.call("GET", "/api/alerts/severity/info")).json()["count"] == 1
    assert (await site.call("GET", "/api/alerts/severity/critical")).json()["alerts"] == []
    assert (await site.call("GET", "/api/alerts/unread")).json()["count"] == 2


async def test_a_severity_that_does_not_exist_is_refused(site: Site) -> None:
    for level in ("high", "WARNING", "%00"):
        answer = await site.call("GET", f"/api/alerts/severity/{level}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


async def test_unread_alerts_are_found_behind_acknowledged_ones(site: Site) -> None:
    ids = await raise_alerts(site, *[f"S{number}" for number in range(9)])
    for alert_id in ids[:7]:
        await site.house.service.acknowledge(alert_id, "somebody")
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        said = (await site.call("GET", f"/api/alerts/unread?limit=2&cursor={cursor}")).json()
        seen += [alert["alertId"] for alert in said["alerts"]]
        cursor = said["cursor"]
        if not cursor:
            break
    assert seen == ids[7:]
