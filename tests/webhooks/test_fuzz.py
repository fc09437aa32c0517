"""Whatever is posted: without the secret nothing gets in, and with it nothing breaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webhooks import signing
from tests.webhooks.site import Site, open_site

LATIN = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n\0"), max_size=80)
NAMES = st.sampled_from(
    ["x-shopify-hmac-sha256", "authorization", "x-shopify-topic", "content-type", "x-odd", "cookie"]
)
HEADERS = st.lists(st.tuples(NAMES, LATIN), max_size=6)
PATHS = st.sampled_from(["/webhook/shopify", "/webhook/amazon", "/webhook/amazon/return"])
BODY = b'{"orderId": "1", "items": [{"sku": "MUG", "quantity": 1}]}'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=20,
)
FIELDS = [
    "id",
    "sku",
    "quantity",
    "items",
    "orderId",
    "line_items",
    "refunds",
    "disposition",
    "Payload",
    "detail",
    "created_at",
]
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8)
TOPICS = st.sampled_from(
    ["", "orders/create", "orders/updated", "refunds/create", "inventory_levels/update", "orders/edited"]
)
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[tuple[asyncio.Runner, Site]]:
    """A loop that outlives the examples of one test, with a site on it."""
    with asyncio.Runner() as loop:
        context = open_site(tmp_path)
        site = loop.run(context.__aenter__())
        loop.run(site.stock("MUG", 100))
        yield loop, site
        loop.run(context.__aexit__(None, None, None))


async def post(site: Site, path: str, body: bytes, headers: list[tuple[str, str]]) -> int:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return (await site.client.post(path, content=body, headers=raw)).status_code


@FUZZ
@given(PATHS, HEADERS, st.binary(max_size=200) | st.just(BODY))
def test_without_the_secret_nothing_gets_in(
    runner: tuple[asyncio.Runner, Site], path: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    loop, site = runner
    assert loop.run(post(site, path, body, headers)) == 401
    assert loop.run(site.on_hand("MUG")) == 100


@FUZZ
@given(st.data())
def test_a_signature_that_is_almost_right_is_wrong(runner: tuple[asyncio.Runner, Site], data: st.DataObject) -> None:
    loop, site = runner
    good = signing.sign(BODY)
    place = data.draw(st.integers(0, len(good) - 2))
    other = data.draw(st.characters(codec="latin-1", exclude_characters=good[place] + "\r\n\0"))
    almost = data.draw(
        st.sampled_from([good[:place], good[:place] + other + good[place + 1 :], good + other, good.lower()])
    )
    assert loop.run(post(site, "/webhook/shopify", BODY, [("x-shopify-hmac-sha256", almost)])) == 401
    assert loop.run(site.on_hand("MUG")) == 100


@FUZZ
@given(OBJECTS | JSON, TOPICS)
def test_whatever_shopify_signs_is_taken_or_refused_and_never_breaks(
    runner: tuple[asyncio.Runner, Site], said: object, topic: str
) -> None:
    loop, site = runner
    body = json.dumps(said).encode()
    headers = list(signing.shopify(body, topic).items())
    assert loop.run(post(site, "/webhook/shopify", body, headers)) in ((200,) if isinstance(said, dict) else (200, 400))


@FUZZ
@given(OBJECTS | JSON, st.sampled_from(["/webhook/amazon", "/webhook/amazon/return"]))
def test_whatever_comes_for_amazon_is_taken_or_refused_and_never_breaks(
    runner: tuple[asyncio.Runner, Site], said: object, path: str
) -> None:
    loop, site = runner
    body = json.dumps(said).encode()
    assert loop.run(post(site, path, body, list(signing.amazon().items()))) in (200, 400)
