"""The description says what the routes do."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from app import create_app
from core.changes import Notice
from core.stock import check_sku
from parts import World
from settings import Settings
from tests.webhooks import signing
from tests.webhooks.site import Site, client_of

GETS = [
    "/api/inventory",
    "/api/inventory/MUG",
    "/api/inventory/GHOST",
    "/api/buffer/MUG",
    "/api/transactions?sku=MUG",
    "/api/returns?sku=MUG",
    "/api/alerts/unread",
    "/api/alerts/severity/warning",
    "/api/channels",
    "/api/sku-mapping/MUG",
    "/api/sku-mapping/GHOST",
    "/health",
    "/healthz",
    f"/healthz?nonce={'0a' * 16}",
    "/readyz",
]
SENDS = [
    ("PUT", "/api/inventory/MUG", {"physical": 9}),
    ("POST", "/api/buffer/MUG", {"bufferQty": 2}),
    ("POST", "/api/sku-mapping", {"sku": "MUG", "asin": "B0ABCDEFGH"}),
]
ORDER = {"orderId": "1", "items": [{"sku": "MUG", "quantity": 3}]}
RETURN = {"sku": "MUG", "quantity": 1, "disposition": "DAMAGED"}
FAILURES = [
    ("GET", "/api/inventory?limit=0", {}),
    ("GET", "/api/inventory", {"authorization": "Bearer wrong"}),
    ("POST", "/api/alerts/nothing/read", {}),
    ("POST", "/webhook/shopify", {}),
    ("POST", "/webhook/amazon", {}),
    ("GET", "/nothing", {}),
]


async def described(site: Site) -> dict[str, Any]:
    answer = await site.client.get("/api/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def schema_of(spec: dict[str, Any], method: str, path: str, status: int = 200) -> dict[str, Any]:
    """The schema of an answer, with all it refers to."""
    plain = path.partition("?")[0]
    segments = plain.split("/")
    template = next(
        known
        for known in spec["paths"]
        if known == plain
        or (
            known.count("/") == plain.count("/")
            and all(a == b or a.startswith("{") for a, b in zip(known.split("/"), segments, strict=True))
        )
    )
    answers = spec["paths"][template][method.lower()]["responses"]
    found = answers[str(status)]["content"]["application/json"]["schema"]
    return {**found, "components": spec["components"]}


def check(schema: dict[str, Any], answer: object) -> None:
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)


async def test_it_is_sound(site: Site) -> None:
    OpenAPIV31SpecValidator(await described(site)).validate()


async def test_it_describes_every_route_and_no_other() -> None:
    app = create_app(Settings.from_env({}), World())
    async with client_of(app) as client:
        spec = (await client.get("/api/openapi.json")).json()
    told = {(method, path) for path, methods in spec["paths"].items() for method in methods}
    there = {
        (method.lower(), route.path_format)
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert told == there


async def test_every_operation_says_what_it_does_under_its_own_name(site: Site) -> None:
    operations = [each for methods in (await described(site))["paths"].values() for each in methods.values()]
    assert all(each["summary"] for each in operations)
    assert len({each["operationId"] for each in operations}) == len(operations)


async def test_every_schema_is_used(site: Site) -> None:
    spec = await described(site)
    text = str(spec)
    assert [name for name in spec["components"]["schemas"] if f"#/components/schemas/{name}'" not in text] == []


async def test_real_answers_are_as_described(site: Site) -> None:
    spec = await described(site)
    for method, path, body in SENDS:
        answer = await site.call(method, path, body)
        check(schema_of(spec, method, path), answer.json())
    receipts = [
        ("/webhook/shopify", await site.order(ORDER, topic="")),
        ("/webhook/shopify", await site.order(ORDER, topic="")),
        ("/webhook/shopify", await site.order({}, topic="themes/publish")),
        ("/webhook/amazon", await site.post("/webhook/amazon", {}, signing.amazon())),
        ("/webhook/amazon/return", await site.post("/webhook/amazon/return", RETURN, signing.amazon())),
        ("/webhook/amazon/return", await site.post("/webhook/amazon/return", {"sku": 1}, signing.amazon())),
    ]
    for path, answer in receipts:
        assert answer.status_code == 200
        check(schema_of(spec, "POST", path), answer.json())
    await site.house.follow_up.report(Notice("n1", "drift", "MUG", "MUG drifted"))
    for path in GETS:
        answer = await site.call("GET", path)
        check(schema_of(spec, "GET", path), answer.json())
    (alert,) = (await site.call("GET", "/api/alerts/severity/warning")).json()["alerts"][:1]
    path = f"/api/alerts/{alert['alertId']}/read"
    check(schema_of(spec, "POST", path), (await site.call("POST", path)).json())


async def test_errors_are_as_described(site: Site) -> None:
    spec = await described(site)
    schema = {"$ref": "#/components/schemas/Error", "components": spec["components"]}
    for method, path, headers in FAILURES:
        answer = await site.client.request(method, path, headers={**signing.token("admin"), **headers})
        assert answer.status_code >= 400
        check(schema, answer.json())


async def test_not_being_ready_is_as_described(site: Site) -> None:
    spec = await described(site)
    await site.house.store.close()
    answer = await site.client.get("/readyz")
    assert answer.status_code == 503
    check(schema_of(spec, "GET", "/readyz", 503), answer.json())


@pytest.mark.parametrize("sku", ["A/B", "ü", "x" * 200])
async def test_what_the_description_calls_a_sku_is_one(site: Site, sku: str) -> None:
    spec = await described(site)
    check(spec["components"]["schemas"]["Mapping"]["properties"]["sku"], check_sku(sku))
