"""What Prometheus is told: how webhooks fare, and how far each channel is behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from core.channels import ChannelHealth
from core.service import Service
from webhooks.access import authorise
from webhooks.requests import is_local, read_headers
from webhooks.tokens import ApiToken, Role

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The numbers of this process, kept in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.webhooks = Counter("webhook_total", "Webhooks by outcome", ("channel", "outcome"), registry=registry)
        self.seconds = Histogram(
            "webhook_seconds", "Seconds to answer a webhook", ("channel",), registry=registry, buckets=SECONDS
        )
        self._owed = Gauge("channel_owed", "SKUs that a channel is still owed", ("channel",), registry=registry)
        self._behind = Gauge(
            "channel_behind_seconds", "Age of the oldest SKU owed to a channel", ("channel",), registry=registry
        )
        self._last = Gauge(
            "channel_last_success_timestamp_seconds", "When a channel last took a push", ("channel",), registry=registry
        )
        self._refused = Gauge(
            "channel_refused", "SKUs that a channel refuses until a person acts", ("channel",), registry=registry
        )
        self._queue = Gauge(
            "channel_queue", "SKUs that this instance tells a channel, or is about to", ("channel",), registry=registry
        )
        self._paused = Gauge(
            "channel_paused", "1 while nothing is pushed to a channel", ("channel",), registry=registry
        )

    def observe(self, channels: Sequence[ChannelHealth], now: float) -> None:
        """Take over how the channels are doing at `now` (epoch s)."""
        for channel in channels:
            self._owed.labels(channel.name).set(channel.owed)
            self._behind.labels(channel.name).set(now - channel.oldest_owed if channel.oldest_owed else 0)
            self._last.labels(channel.name).set(channel.last_success)
            self._refused.labels(channel.name).set(channel.refused)
            self._queue.labels(channel.name).set(channel.waiting)
            self._paused.labels(channel.name).set(channel.paused)


@dataclass(frozen=True, slots=True)
class Scrape:
    """`GET /metrics`: open to this machine, to others with a token of any role."""

    service: Service
    metrics: Metrics
    tokens: Sequence[ApiToken]

    async def show(self, request: Request) -> Response:
        """Every number in Prometheus's text format."""
        headers = read_headers(request.scope)
        if not is_local(request.scope, headers):
            authorise(self.tokens, headers, Role.READ)
        self.metrics.observe(await self.service.channels(), self.service.clock())
        data = generate_latest(self.metrics.registry)
        return Response(data, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})
