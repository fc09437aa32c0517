"""Deliveries that a real WooCommerce 11.0.1 made, read where they lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.adjustments import Adjustment
from core.errors import BadSignature
from core.marketplaces.woocommerce import WooAccess
from core.messages import Ignored, Message, Refetch, Shown
from core.orders.change import OrderChange
from core.orders.facts import OrderFacts
from tests.core.marketplaces.support import sample
from tests.core.stand_ins import Books
from tests.core.woo_house import open_woo

SIGNED_WITH = "s3cret"
COUNTED_AT = 1_795_400_000.0


def deliveries() -> list[dict[str, Any]]:
    """The captured requests, oldest first."""
    folder = sample("woocommerce/webhooks")
    return [json.loads(file.read_text()) for file in sorted(folder.glob("run_*.json"))]


async def read_all() -> list[Message]:
    """What they say; each is verified first."""
    async with open_woo(webhook_secrets=(SIGNED_WITH,)) as world:
        found: list[Message] = []
        for each in deliveries():
            headers = {name.lower(): value for name, value in each["headers"].items()}
            body = each["raw"].encode()
            world.woo.verify(headers, body)
            found += world.woo.parse(headers, body, each["t"])
        return found


def orders(messages: list[Message]) -> Iterator[OrderFacts]:
    return (each for each in messages if isinstance(each, OrderFacts))


async def test_each_is_verified_and_read() -> None:
    messages = await read_all()

    assert isinstance(messages[0], Ignored)
    assert [each.quantity for each in messages if isinstance(each, Shown)] == [7, 3, 8, 7]
    assert {each.listing for each in messages if isinstance(each, Shown)} == {"10", "11:12"}
    assert [each.order_id for each in messages if isinstance(each, Refetch)] == ["13"]


async def test_order_refund_and_cancel_end_where_the_real_shop_ended() -> None:
    messages = await read_all()
    with Books() as books:
        for sku, physical in (("MUG-1", 10), ("TEE-S", 4)):
            books.commit(Adjustment(f"count {sku}", sku, COUNTED_AT, "ann", physical=physical))
        shelves = []
        for facts in orders(messages):
            books.commit(OrderChange(facts, 1_795_404_700.0))
            shelves.append((books.on_hand("MUG-1"), books.on_hand("TEE-S")))
        assert shelves == [(7, 3), (7, 3), (8, 3)]


@pytest.mark.parametrize("number", range(10))
async def test_a_tampered_one_is_refused(number: int) -> None:
    each = deliveries()[1:][number]
    headers = {name.lower(): value for name, value in each["headers"].items()}
    async with open_woo(webhook_secrets=(SIGNED_WITH,)) as world:
        with pytest.raises(BadSignature):
            world.woo.verify(headers, each["raw"].replace("1", "2", 1).encode())


def test_the_access_shows_none_of_its_secrets() -> None:
    access = WooAccess("https://shop.example", "ck_s3cret", "cs_s3cret", ("w-s3cret",))
    assert "s3cret" not in repr(access)
