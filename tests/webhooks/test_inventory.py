"""Stock and buffers over the REST API."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import compile_path

from tests.webhooks import signing
from tests.webhooks.site import Site

PATHS = ["/api/inventory/MUG", "/api/buffer/MUG", "/api/sku-mapping"]


async def test_an_unknown_sku_has_zeros_and_is_not_known(site: Site) -> None:
    answer = await site.call("GET", "/api/inventory/GHOST")
    assert answer.status_code == 200
    assert answer.json() == {
        "sku": "GHOST",
        "known": False,
        "physical": 0,
        "buffer": 0,
        "broadcast": 0,
        "version": 0,
        "low_at": 5,
        "updatedAt": None,
        "lastBroadcast": {},
        "returns": [],
    }


async def test_what_is_put_is_what_is_there(site: Site) -> None:
    put = await site.call("PUT", "/api/inventory/MUG", {"physical": 50, "buffer": 5, "low_at": 9})
    row = put.json()
    assert put.status_code == 200
    assert (row["physical"], row["buffer"], row["broadcast"], row["low_at"], row["known"]) == (50, 5, 45, 9, True)
    assert row["updatedAt"] == "2027-01-15T12:00:00.000Z"
    assert (await site.call("GET", "/api/inventory/MUG")).json() == row


async def test_fields_that_are_not_put_stay(site: Site) -> None:
    await site.call("PUT", "/api/inventory/MUG", {"physical": 50, "buffer": 5, "low_at": 9})
    await site.call("PUT", "/api/inventory/MUG", {"buffer": 7})
    row = (await site.call("PUT", "/api/inventory/MUG", {"physical": 3, "unheard": "of"})).json()
    assert (row["physical"], row["buffer"], row["low_at"], row["broadcast"]) == (3, 7, 9, 0)


async def test_a_put_is_made_once_for_its_key(site: Site) -> None:
    key = {**signing.token("write"), "idempotency-key": "count-2027-01"}

    async def put(sku: str, physical: int) -> int:
        body = f'{{"physical": {physical}}}'
        answer = await site.client.put(f"/api/inventory/{sku}", content=body, headers=key)
        return int(answer.json()["physical"])

    assert await put("MUG", 50) == 50
    await site.stock("MUG", 40)
    assert await put("MUG", 50) == 40
    assert await put("CUP", 50) == 50


async def test_a_key_belongs_to_the_caller_the_sku_and_the_route(site: Site) -> None:
    for role in ("write", "admin"):
        headers = {**signing.token(role), "idempotency-key": "k"}
        answer = await site.client.post("/api/buffer/MUG", content=f'{{"bufferQty": {len(role)}}}', headers=headers)
        assert answer.json()["bufferQty"] == len(role)
        put = await site.client.put("/api/inventory/MUG", content='{"buffer": 1}', headers=headers)
        assert put.json()["buffer"] == 1


@pytest.mark.parametrize("key", ["a b", "ä", "x" * 129])
async def test_a_key_that_cannot_be_kept_is_refused(site: Site, key: str) -> None:
    headers = [(b"authorization", b"Bearer w-secret"), (b"idempotency-key", key.encode("latin-1"))]
    answer = await site.client.put("/api/inventory/MUG", content='{"physical": 1}', headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"unheard": 1},
        {"physical": -1},
        {"physical": 1_000_001},
        {"physical": "5"},
        {"physical": 5.0},
        {"physical": True},
        {"physical": None},
        {"physical": 10**30},
        {"buffer": -1},
        {"buffer": 1_000_001},
        {"buffer": False},
        {"low_at": "9"},
        {"low_at": 1_000_001},
        {"physical": 1, "buffer": "x"},
    ],
)
async def test_a_put_that_is_wrong_anywhere_changes_nothing(site: Site, body: dict[str, object]) -> None:
    text = str(body).replace("'", '"').replace("True", "true").replace("False", "false").replace("None", "null")
    answer = await site.client.put("/api/inventory/MUG", content=text, headers=signing.token("write"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert (await site.call("GET", "/api/inventory/MUG")).json()["version"] == 0


@pytest.mark.parametrize("body", ["", "[]", "{", "1", "null", '"x"', "\ud800".encode("utf-8", "surrogatepass")])
@pytest.mark.parametrize("path", PATHS)
async def test_a_body_that_is_no_object_is_refused(site: Site, path: str, body: str | bytes) -> None:
    method = "PUT" if "inventory" in path else "POST"
    answer = await site.client.request(method, path, content=body, headers=signing.token("write"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_payload")


@pytest.mark.parametrize(
    ("path", "sku"),
    [
        ("A%2FB%2FC", "A/B/C"),
        ("A/B", "A/B"),
        ("%2FA", "/A"),
        ("A%2F", "A/"),
        ("A%20B", "A B"),
        ("%C3%9C-1", "Ü-1"),
        ("A%23%3F%25", "A#?%"),
        ("%3C!channel%3E", "<!channel>"),
        ("x" * 200, "x" * 200),
    ],
)
async def test_a_sku_may_hold_any_printable_character(site: Site, path: str, sku: str) -> None:
    put = await site.call("PUT", f"/api/inventory/{path}", {"physical": 4})
    assert (put.status_code, put.json()["sku"]) == (200, sku)
    assert await site.on_hand(sku) == 4
    assert (await site.call("GET", f"/api/buffer/{path}")).json()["physical"] == 4


@pytest.mark.parametrize("path", ["", "%20", "A%0A", "%0AA", "A%0AB", "A%00", "%7F", "x" * 201, "A%FF", "%E2%80%AEA"])
async def test_a_path_that_is_no_sku_is_refused(site: Site, path: str) -> None:
    for start in ("/api/inventory/", "/api/buffer/", "/api/sku-mapping/"):
        answer = await site.call("GET", start + path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert (await site.call("PUT", f"/api/inventory/{path}", {"physical": 1})).status_code == 400
    assert (await site.call("GET", "/api/inventory")).json()["items"] == []


@given(st.text())
def test_the_path_of_a_sku_matches_whatever_it_holds(text: str) -> None:
    pattern, _, _ = compile_path("/api/inventory/{sku:sku}")
    match = pattern.match(f"/api/inventory/{text}")
    assert match is not None
    assert match["sku"] == text


async def test_all_rows_come_once_page_by_page(site: Site) -> None:
    skus = [f"S{number:02}" for number in range(7)]
    await asyncio.gather(*[site.stock(sku, 1) for sku in skus])
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = (await site.call("GET", f"/api/inventory?limit=2&cursor={cursor}")).json()
        seen += [row["sku"] for row in page["items"]]
        cursor = page["cursor"]
    assert sorted(seen) == skus
    assert cursor == "" or (await site.call("GET", f"/api/inventory?cursor={cursor}")).json()["items"] == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=-1", "limit=1.5", "limit=%C2%B2", "limit="]
)
async def test_a_page_has_one_to_two_hundred_items(site: Site, query: str) -> None:
    assert (await site.call("GET", f"/api/inventory?{query}")).status_code == 400


@pytest.mark.parametrize("cursor", ["x", "%C3%A4", "AAAAAAAAAAAA", "a" * 5_000, "MTIzNDU2Nzg5", "%00", "===="])
@pytest.mark.parametrize(
    "path", ["/api/inventory?", "/api/transactions?sku=A&", "/api/returns?sku=A&", "/api/alerts/unread?"]
)
async def test_a_cursor_that_no_page_gave_is_refused(site: Site, path: str, cursor: str) -> None:
    answer = await site.call("GET", f"{path}cursor={cursor}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


async def test_a_cursor_of_another_list_is_refused(site: Site) -> None:
    for number in range(3):
        await site.stock("A", number)
        await site.stock("B", number)
    cursor = (await site.call("GET", "/api/transactions?sku=A&limit=1")).json()["cursor"]
    assert (await site.call("GET", f"/api/transactions?sku=A&cursor={cursor}")).status_code == 200
    assert (await site.call("GET", f"/api/transactions?sku=B&cursor={cursor}")).status_code == 400
    assert (await site.call("GET", f"/api/inventory?cursor={cursor}")).status_code == 400


async def test_a_buffer_is_set_and_shown(site: Site) -> None:
    await site.stock("MUG", 10)
    expected = {"sku": "MUG", "bufferQty": 4, "physical": 10, "buffer": 4, "broadcast": 6}
    assert (await site.call("POST", "/api/buffer/MUG", {"bufferQty": 4})).json() == expected
    assert (await site.call("GET", "/api/buffer/MUG")).json() == expected


@pytest.mark.parametrize(
    "body", ["{}", '{"bufferQty": -1}', '{"bufferQty": "4"}', '{"bufferQty": true}', '{"buffer": 4}']
)
async def test_a_buffer_is_a_whole_number(site: Site, body: str) -> None:
    answer = await site.client.post("/api/buffer/MUG", content=body, headers=signing.token("write"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


async def test_fresh_reads_through(site: Site) -> None:
    await site.stock("MUG", 10)
    assert (await site.call("GET", "/api/inventory/MUG?fresh=1")).json()["physical"] == 10
    assert (await site.call("GET", "/api/inventory/MUG?fresh=0")).json()["physical"] == 10
