"""Every route of the HTTP side on one screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from core.linking import form_of
from core.service import Service
from webhooks.answers import answer
from webhooks.api import alerts, bundles, channels, inventory, ledger, mapping
from webhooks.api.endpoint import Guard, Operation, api_routes
from webhooks.doors import doors, entrances
from webhooks.errors import exception_handlers
from webhooks.gate import Gate
from webhooks.health import Health
from webhooks.metrics import Metrics, Scrape
from webhooks.openapi import describe
from webhooks.receive import Webhook
from webhooks.tokens import ApiToken, Role

__all__ = ["API", "Terms", "exception_handlers", "routes"]

PAGE = ("limit", "cursor")
KEY = ("Idempotency-Key",)
READ, WRITE = Role.READ, Role.WRITE
SKU = "{sku:sku}"

API = (
    Operation("GET", "/api/inventory", READ, inventory.show_all, "Rows", params=PAGE),
    Operation("GET", f"/api/inventory/{SKU}", READ, inventory.show, "Row", params=("fresh",)),
    Operation("PUT", f"/api/inventory/{SKU}", WRITE, inventory.change, "Row", "StockChange", KEY),
    Operation("GET", f"/api/buffer/{SKU}", READ, inventory.show_buffer, "Buffer", params=("fresh",)),
    Operation("POST", f"/api/buffer/{SKU}", WRITE, inventory.change_buffer, "Buffer", "BufferChange", KEY),
    Operation("GET", "/api/bundles", READ, bundles.show_all, "Bundles"),
    Operation("GET", f"/api/bundles/{SKU}", READ, bundles.show, "Bundle"),
    Operation("PUT", f"/api/bundles/{SKU}", WRITE, bundles.change, "Bundle", "BundleChange"),
    Operation("DELETE", f"/api/bundles/{SKU}", WRITE, bundles.forget, "Bundle"),
    Operation("GET", "/api/transactions", READ, ledger.show_transactions, "Transactions", params=("sku", *PAGE)),
    Operation("GET", "/api/returns", READ, ledger.show_returns, "Returns", params=("sku", *PAGE)),
    Operation("GET", "/api/alerts/unread", READ, alerts.show_unread, "Alerts", params=PAGE),
    Operation("GET", "/api/alerts/severity/{severity}", READ, alerts.show_severity, "AlertsOfSeverity", params=PAGE),
    Operation("POST", "/api/alerts/{alert_id}/read", WRITE, alerts.acknowledge, "Alert"),
    Operation("GET", "/api/channels", READ, channels.show_all, "Channels"),
    Operation("GET", "/api/channels/{channel}", READ, channels.show, "Channel"),
    Operation("PUT", "/api/channels/{channel}", WRITE, channels.change, "Channel", "ChannelChange"),
    Operation("POST", "/api/channels/{channel}/sync", WRITE, channels.sync, "Channel"),
    Operation("POST", "/api/channels/{channel}/reconcile", WRITE, channels.reconcile, "Reconcile", "ReconcileRequest"),
    Operation("GET", "/api/channels/{channel}/reconcile", READ, channels.show_reconcile, "Reconcile"),
    Operation("GET", f"/api/channels/{{channel}}/skus/{SKU}", READ, channels.show_sku, "Standing"),
    Operation(
        "PUT", f"/api/channels/{{channel}}/skus/{SKU}", WRITE, channels.change_sku, "Standing", "StandingChange", KEY
    ),
    Operation("POST", "/api/sku-mapping", WRITE, mapping.link, "Mapping", "MappingChange"),
    Operation("GET", f"/api/sku-mapping/{SKU}", READ, mapping.show, "Mapping"),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms requests are let in. `draining` is set when this instance is about to stop.

    `warnings` each say in a few words what hinders this instance without making it useless, or "".
    `unsigned`: programs on this machine may post the short forms without a signature; for the playground alone.
    """

    tokens: Sequence[ApiToken] = ()
    unsigned: bool = False
    webhooks_at_once: int = 1_000
    calls_at_once: int = 200
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    warnings: Sequence[Callable[[], str]] = ()


def routes(service: Service, terms: Terms, registry: CollectorRegistry) -> list[BaseRoute]:
    """All routes but Slack's, for Starlette; the busiest stand first. Metrics go into `registry`."""
    metrics = Metrics(registry)
    health = Health(service, terms.draining, terms.warnings)
    webhooks = Gate(terms.webhooks_at_once, service.clock)
    ways_in = doors(service.marketplaces)
    forms = [form_of(channel) for channel in service.marketplaces.values()]
    description = describe(API, ways_in, forms)

    async def show_description(_: Request) -> Response:
        return answer(description)

    return [
        *(
            Route(path, Webhook(service, entrance, webhooks, metrics), methods=["POST"])
            for path, entrance in entrances(ways_in, unsigned=terms.unsigned).items()
        ),
        *api_routes(API, Guard(service, terms.tokens, Gate(terms.calls_at_once, service.clock))),
        Route("/api/openapi.json", show_description),
        Route("/health", health.alive),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", Scrape(service, metrics, terms.tokens).show),
    ]
