"""Who may call which route, as one table that names them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.routing import Route

from tests.webhooks import signing
from tests.webhooks.site import ELSEWHERE, Site, client_of, open_site
from webhooks.app import Terms

CALLERS = ("none", "bad", "read", "write", "admin")
OPEN = (200, 200, 200, 200, 200)
READ = (401, 401, 200, 200, 200)
WRITE = (401, 401, 403, 200, 200)
PROVEN = (401, 401, 401, 401, 401)

ACCESS = {
    ("POST", "/webhook/shopify"): PROVEN,
    ("POST", "/webhook/amazon"): PROVEN,
    ("POST", "/webhook/amazon/return"): PROVEN,
    ("GET", "/api/inventory"): READ,
    ("GET", "/api/inventory/{sku}"): READ,
    ("PUT", "/api/inventory/{sku}"): WRITE,
    ("GET", "/api/buffer/{sku}"): READ,
    ("POST", "/api/buffer/{sku}"): WRITE,
    ("GET", "/api/bundles"): READ,
    ("GET", "/api/bundles/{sku}"): (401, 401, 404, 404, 404),
    ("PUT", "/api/bundles/{sku}"): (401, 401, 403, 400, 400),
    ("DELETE", "/api/bundles/{sku}"): (401, 401, 403, 404, 404),
    ("GET", "/api/transactions"): READ,
    ("GET", "/api/returns"): READ,
    ("GET", "/api/alerts/unread"): READ,
    ("GET", "/api/alerts/severity/{severity}"): READ,
    ("POST", "/api/alerts/{alert_id}/read"): (401, 401, 403, 404, 404),
    ("GET", "/api/channels"): READ,
    ("GET", "/api/channels/{channel}"): (401, 401, 400, 400, 400),
    ("PUT", "/api/channels/{channel}"): (401, 401, 403, 400, 400),
    ("POST", "/api/channels/{channel}/sync"): (401, 401, 403, 400, 400),
    ("POST", "/api/channels/{channel}/reconcile"): (401, 401, 403, 400, 400),
    ("GET", "/api/channels/{channel}/reconcile"): (401, 401, 400, 400, 400),
    ("GET", "/api/channels/{channel}/skus/{sku}"): (401, 401, 400, 400, 400),
    ("PUT", "/api/channels/{channel}/skus/{sku}"): (401, 401, 403, 400, 400),
    ("POST", "/api/sku-mapping"): WRITE,
    ("GET", "/api/sku-mapping/{sku}"): READ,
    ("GET", "/api/openapi.json"): OPEN,
    ("GET", "/health"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): READ,
}
BODY = b'{"sku": "MUG", "physical": 5, "bufferQty": 1, "asin": "B0ABCDEFGH"}'
VALUES = {"sku": "MUG", "severity": "info", "alert_id": "nothing", "channel": "nowhere"}


def headers_of(caller: str) -> dict[str, str]:
    if caller == "none":
        return {}
    return {"authorization": "Bearer wrong"} if caller == "bad" else signing.token(caller)


def test_every_route_is_in_the_table(site: Site) -> None:
    found = {
        (method, route.path_format)
        for route in site.app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert found == set(ACCESS)


@pytest.mark.parametrize(("method", "path"), ACCESS)
async def test_a_route_lets_in_whom_the_table_says(site: Site, method: str, path: str) -> None:
    url = path.format(**VALUES) + ("?sku=MUG" if path in ("/api/transactions", "/api/returns") else "")
    async with client_of(site.app, ELSEWHERE) as client:
        answers = [await client.request(method, url, content=BODY, headers=headers_of(each)) for each in CALLERS]
    assert tuple(answer.status_code for answer in answers) == ACCESS[method, path]


@pytest.mark.parametrize(
    "given",
    ["Bearer", "Bearer ", "bearer", "Basic r-secret", "r-secret", "Bearer r-secre", "Bearer r-secret x", "Bearer ä"],
)
async def test_a_token_is_known_whole_or_not_at_all(site: Site, given: str) -> None:
    headers = [(b"authorization", given.encode("latin-1"))]
    answer = await site.client.get("/api/inventory", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, "send a token: Authorization: Bearer ..."),
        ({"authorization": "Bearer wrong"}, "this token is none of SYNCSTATE_API_TOKENS"),
    ],
)
async def test_who_is_turned_away_learns_whether_the_token_was_missing_or_wrong(
    site: Site, headers: dict[str, str], says: str
) -> None:
    answer = await site.client.get("/api/inventory", headers=headers)
    assert answer.json()["error"]["message"] == says


async def test_the_scheme_may_be_written_in_any_case(site: Site) -> None:
    answer = await site.client.get("/api/inventory", headers={"authorization": "bearer r-secret"})
    assert answer.status_code == 200


async def test_a_role_too_low_is_told_so(site: Site) -> None:
    answer = await site.call("PUT", "/api/inventory/MUG", {"physical": 1}, role="read")
    assert answer.json()["error"] == {"code": "forbidden", "message": "reader may read; this needs write"}


async def test_without_tokens_the_api_is_not_open(tmp_path: Path) -> None:
    async with open_site(tmp_path, Terms()) as site:
        answer = await site.call("GET", "/api/inventory")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_configured")
        async with client_of(site.app, ELSEWHERE) as stranger:
            assert (await stranger.get("/metrics")).status_code == 503
        assert (await site.client.get("/metrics")).status_code == 200


async def test_nobody_learns_whether_a_sku_exists_without_a_token(site: Site) -> None:
    for path in ("/api/inventory/MUG", "/api/inventory/%00", "/api/alerts/x/read"):
        method = "POST" if path.endswith("read") else "GET"
        assert (await site.client.request(method, path)).status_code == 401
