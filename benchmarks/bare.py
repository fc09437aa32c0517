"""The bare route, as a process: the app's own routes over a service that answers at once and stores nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import cast

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from benchmarks.orders import SECRET
from core.changes import Status
from core.marketplaces.shopify.plug import SHOPIFY
from core.messages import Message
from core.service import Receipt, Service
from parts import World
from settings import Settings
from webhooks.app import Terms, exception_handlers, routes
from webhooks.server import serve


class Forgetful:
    """Answers as the service does once it has stored what it was given, without storing it."""

    def __init__(self, world: World) -> None:
        settings = Settings.from_env({"SHOPIFY_WEBHOOK_SECRET": SECRET})
        self.marketplaces = {"shopify": SHOPIFY.make(settings.given, world)}
        self.clock = world.clock

    async def receive(self, channel: str, messages: Sequence[Message]) -> Receipt:
        """Applied, so it says."""
        return Receipt(Status.APPLIED)


def main() -> None:
    """Serve until told to stop."""
    world, terms = World(), Terms()
    service = cast("Service", Forgetful(world))
    table = routes(service, terms, CollectorRegistry())
    app = Starlette(routes=table, exception_handlers=exception_handlers(world.fresh_id))
    listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=2048)
    serve(app, listener, terms.draining)


if __name__ == "__main__":
    main()
