"""Labelled steps between the core and its store, at which an instance of the harness dies or stands still."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any, cast

from core.ports import Store

Step = Callable[[str], None]
STEPPED = ("commit", "claim", "settle", "finish", "link", "save_alert", "flag_alert")


def fatal_step(plan: str) -> Step:
    """The step named by `before commit:2:KILL` sends this process that signal, the second time it is reached."""
    if not plan:
        return lambda _: None
    name, number, signal_name = plan.split(":")
    left = int(number)

    def reach(step: str) -> None:
        nonlocal left
        left -= step == name
        if step == name and left == 0:
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
