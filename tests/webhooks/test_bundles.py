"""`/api/bundles`: said, shown and forgotten, and sold through the shop's own webhook."""

from __future__ import annotations

import pytest

from tests.webhooks.site import Site

KIT = "/api/bundles/KIT"
PARTS = [{"sku": "TEE", "units": 2}, {"sku": "MUG", "units": 1}]


async def stocked(site: Site) -> None:
    for sku, units in (("TEE", 11), ("MUG", 9)):
        assert (await site.call("PUT", f"/api/inventory/{sku}", {"physical": units})).status_code == 200


async def test_a_bundle_is_sold_as_its_parts(site: Site) -> None:
    await stocked(site)
    said = (await site.call("PUT", KIT, {"parts": PARTS})).json()
    assert (said["parts"], said["broadcast"], said["founded"], said["by"]) == (PARTS, 5, True, "adminer")

    line = {"id": 1, "sku": "KIT", "quantity": 2, "current_quantity": 2}
    answer = await site.order({"id": 7, "line_items": [line], "created_at": "2027-01-15T13:00:00Z"})

    assert answer.status_code == 200
    stock = {
        sku: (await site.call("GET", f"/api/inventory/{sku}?fresh=1")).json()["physical"] for sku in ("TEE", "MUG")
    }
    assert stock == {"TEE": 7, "MUG": 7}
    assert (await site.call("GET", KIT)).json()["broadcast"] == 3
    assert [row["sku"] for row in (await site.call("GET", "/api/bundles")).json()["items"]] == ["KIT"]


async def test_a_card_of_a_bundle_is_fresh_once_a_part_has_moved(site: Site) -> None:
    await stocked(site)
    await site.call("PUT", KIT, {"parts": PARTS})
    assert (await site.call("GET", "/api/inventory/KIT")).json()["physical"] == 5

    await site.call("PUT", "/api/inventory/MUG", {"physical": 2})

    assert (await site.call("GET", "/api/inventory/KIT")).json()["physical"] == 2


async def test_the_count_of_a_bundle_is_refused_and_its_buffer_is_not(site: Site) -> None:
    await stocked(site)
    await site.call("PUT", KIT, {"parts": PARTS})

    refused = await site.call("PUT", "/api/inventory/KIT", {"physical": 4})
    held_back = await site.call("PUT", "/api/inventory/KIT", {"buffer": 2})

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "is_bundle")
    assert "2 x TEE and 1 x MUG" in refused.json()["error"]["message"]
    assert held_back.json()["broadcast"] == 3


async def test_a_bundle_is_forgotten_once(site: Site) -> None:
    await stocked(site)
    await site.call("PUT", KIT, {"parts": PARTS})

    answers = [(await site.call("DELETE", KIT)).status_code for _ in range(2)]

    assert answers == [200, 404]
    assert (await site.call("GET", KIT)).status_code == 404
    assert (await site.call("GET", "/api/bundles")).json() == {"items": []}
    assert (await site.call("GET", "/api/inventory/KIT?fresh=1")).json()["physical"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"parts": "TEE"},
        {"parts": ["TEE"]},
        {"parts": [{"sku": "TEE"}]},
        {"parts": [{"units": 1}]},
        {"parts": [{"sku": ["TEE"], "units": 1}]},
        {"parts": [{"sku": "TEE", "units": True}]},
        {"parts": [{"sku": "TEE", "units": 1_001}]},
        {"parts": [{"sku": "KIT", "units": 1}]},
        {"parts": []},
    ],
)
async def test_what_makes_no_bundle_is_refused_and_nothing_said(site: Site, body: object) -> None:
    await stocked(site)

    answer = await site.call("PUT", KIT, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert (await site.call("GET", "/api/bundles")).json() == {"items": []}
