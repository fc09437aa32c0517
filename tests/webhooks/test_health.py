"""Alive, ready, and what Prometheus is told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from core.channels import ChannelHealth
from core.errors import Unavailable
from core.identity import expected_proof
from core.ports import Store
from tests.webhooks import signing
from tests.webhooks.site import ELSEWHERE, TERMS, Site, client_of, open_site
from webhooks.health import CACHED_SECONDS
from webhooks.metrics import Metrics


@dataclass
class Moody:
    """A store that answers a ping only while it is well."""

    store: Store
    well: bool = True
    pings: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def ping(self) -> None:
        self.pings += 1
        if not self.well:
            raise Unavailable("it is ill")
        await self.store.ping()


async def test_alive_asks_nobody(site: Site) -> None:
    await site.house.store.close()
    for path in ("/health", "/healthz"):
        answer = await site.client.get(path)
        assert (answer.status_code, answer.json()["ok"], answer.json()["status"]) == (200, True, "ok")


async def test_only_who_reads_the_same_store_knows_what_answers_a_nonce(site: Site) -> None:
    one, other = "0a" * 16, "0b" * 16
    for nonce in (one, other):
        proof = (await site.client.get("/healthz", params={"nonce": nonce})).json()["proof"]
        assert proof == await expected_proof(site.house.store, nonce)
    assert await expected_proof(site.house.store, one) != await expected_proof(site.house.store, other)


async def test_a_server_whose_store_does_not_answer_is_alive_and_proves_nothing(site: Site) -> None:
    await site.house.store.close()

    answer = await site.client.get("/healthz", params={"nonce": "0a" * 16})

    assert (answer.status_code, "proof" in answer.json()) == (200, False)


@pytest.mark.parametrize("nonce", ["", "0a", "0A" * 16, "0a" * 33, "xy" * 16])
async def test_what_is_no_nonce_is_not_answered(site: Site, nonce: str) -> None:
    assert "proof" not in (await site.client.get("/healthz", params={"nonce": nonce})).json()


async def test_ready_while_the_store_answers(site: Site) -> None:
    assert (await site.client.get("/readyz")).json() == {"ok": True, "status": "ready", "reasons": []}


async def test_the_store_is_asked_once_in_five_seconds(tmp_path: Path) -> None:
    stores: list[Moody] = []

    def wrap(store: Store) -> Store:
        stores.append(Moody(store))
        return stores[0]  # type: ignore[return-value]

    async with open_site(tmp_path, wrap=wrap) as site:
        answers = await asyncio.gather(*[site.client.get("/readyz") for _ in range(20)])
        assert {answer.status_code for answer in answers} == {200}
        stores[0].well = False
        assert (await site.client.get("/readyz")).status_code == 200
        assert stores[0].pings == 1
        site.clock.now += CACHED_SECONDS
        answer = await site.client.get("/readyz")
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["the store does not answer"])
        assert answer.json()["error"]["code"] == "not_ready"
        stores[0].well = True
        site.clock.now += CACHED_SECONDS
        assert (await site.client.get("/readyz")).status_code == 200


async def test_an_instance_that_is_about_to_stop_is_not_ready_but_still_takes_webhooks(tmp_path: Path) -> None:
    draining = asyncio.Event()
    async with open_site(tmp_path, replace(TERMS, draining=draining)) as site:
        draining.set()
        answer = await site.client.get("/readyz")
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["draining"])
        assert (await site.client.get("/health")).status_code == 200
        assert (await site.order({"orderId": "1", "items": []}, topic="")).status_code == 200


async def test_webhooks_are_counted_by_what_became_of_them(site: Site) -> None:
    order = {"orderId": "1", "items": [{"sku": "MUG", "quantity": 1}]}
    for _ in range(2):
        await site.order(order, topic="")
    await site.post("/webhook/shopify", order, {})
    await site.client.post("/webhook/shopify", content=b"x", headers=signing.shopify(b"x"))
    await site.post("/webhook/amazon", {"NotificationType": "X"}, signing.amazon())
    outcomes = {
        (sample.labels["channel"], sample.labels["outcome"]): sample.value
        for family in text_string_to_metric_families((await site.client.get("/metrics")).text)
        for sample in family.samples
        if sample.name == "webhook_total"
    }
    assert outcomes == {
        ("shopify", "applied"): 1,
        ("shopify", "duplicate"): 1,
        ("shopify", "refused"): 1,
        ("shopify", "invalid"): 1,
        ("amazon", "ignored"): 1,
    }
    assert site.registry.get_sample_value("webhook_seconds_count", {"channel": "shopify"}) == 4


async def test_metrics_are_for_this_machine_or_a_token(site: Site) -> None:
    assert (await site.client.get("/metrics")).headers["content-type"].startswith("text/plain")
    forwarded = [{"x-forwarded-for": "127.0.0.1"}, {"forwarded": "for=127.0.0.1"}, {"via": "1.1 proxy"}]
    for headers in forwarded:
        assert (await site.client.get("/metrics", headers=headers)).status_code == 401
    async with client_of(site.app, ELSEWHERE) as stranger:
        assert (await stranger.get("/metrics")).status_code == 401
        assert (await stranger.get("/metrics", headers=signing.token("read"))).status_code == 200
    async with client_of(site.app, ("::1", 1)) as local:
        assert (await local.get("/metrics")).status_code == 200
    async with client_of(site.app, ("a-name", 1)) as unclear:
        assert (await unclear.get("/metrics")).status_code == 401


def test_channels_are_told_about_by_name_and_never_by_sku() -> None:
    registry = CollectorRegistry()
    channel = ChannelHealth("shopify", last_success=90.0, owed=3, oldest_owed=70.0, paused=True, refused=2, waiting=4)
    Metrics(registry).observe([channel, ChannelHealth("amazon")], 100.0)

    def value(name: str, of: str) -> float | None:
        return registry.get_sample_value(name, {"channel": of})

    assert value("channel_owed", "shopify") == 3
    assert (value("channel_refused", "shopify"), value("channel_queue", "shopify")) == (2, 4)
    assert value("channel_behind_seconds", "shopify") == 30
    assert value("channel_behind_seconds", "amazon") == 0
    assert value("channel_last_success_timestamp_seconds", "shopify") == 90
    assert value("channel_paused", "shopify") == 1
