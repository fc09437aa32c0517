"""Labelled steps around store, proof and answer, at which an instance of the harness dies or stands still."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.marketplaces.plug import Plug, World
from core.marketplaces.shopify.channel import Shopify
from core.marketplaces.shopify.plug import SHOPIFY
from core.ports import Store
from core.variables import Given

Step = Callable[[str], None]
STEPPED = ("commit", "claim", "settle", "finish", "link", "save_alert", "flag_alert", "claim_job", "finish_job")
ARMED = "armed"
_CHANGES = ("POST", "PUT")


def fatal_step(plan: str, folder: Path | None = None) -> Step:
    """The step named by `before commit:2:KILL` sends this process that signal, the second time it is reached.

    With a folder, only what is reached while there is a file `armed` in it counts.
    """
    if not plan:
        return lambda _: None
    name, number, signal_name = plan.split(":")
    left = int(number)

    def reach(step: str) -> None:
        nonlocal left
        if step != name or (folder is not None and not (folder / ARMED).exists()):
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.Signals[f"SIG{signal_name}"])

    return reach


class Stepped:
    """A store that tells `step` what it is about to be asked, and what it has done."""

    def __init__(self, store: Store, step: Step) -> None:
        self._store = store
        self._step = step

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        found = getattr(self._store, name)
        return self._stepped(name, found) if name in STEPPED else found

    def _stepped(self, name: str, ask: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def stepped(*arguments: object) -> object:
            self._step(f"before {name}")
            answer = await ask(*arguments)
            self._step(f"after {name}")
            return answer

        return stepped


def stepped(store: Store, step: Step) -> Store:
    """The store with its steps told."""
    return cast("Store", Stepped(store, step))


def proven(plug: Plug, step: Step) -> Plug:
    """Shopify, telling `step` once it has believed a webhook; any other as it is."""

    class Proven(Shopify):
        def verify(self, headers: Mapping[str, str], body: bytes) -> None:
            """Believe it, and say so."""
            super().verify(headers, body)
            step("after verify")

    def make(given: Given, world: World) -> Shopify:
        made = SHOPIFY.make(given, world)
        made.__class__ = Proven
        return cast("Shopify", made)

    return replace(plug, make=make) if plug.name == SHOPIFY.name else plug


def answered(app: ASGIApp, step: Step) -> ASGIApp:
    """The app, telling `step` right before and right after it answers what would change something."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                step("before reply")
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                step("after reply")

        await app(scope, receive, send_and_tell if scope["method"] in _CHANGES else send)

    return answer
