"""`syncstate serve` as the harness starts it: the same app, its clock off, with steps at which it ends, or broken.

What it is to be is said in variables that only this program reads; the product knows none of them.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from app import create_app
from cli import main
from core.ports import Store
from parts import World
from plugs import PLUGS
from settings import Settings
from tests.faults.broken import broken
from tests.faults.late import late
from tests.faults.steps import Step, answered, fatal_step, proven, stepped
from tests.faults.ungrouped import ungrouped
from webhooks.server import serve, set_up_logging

AT, ARM, BUILD, LATE, SKEW = "FAULTS_AT", "FAULTS_ARM", "FAULTS_BUILD", "FAULTS_LATE", "FAULTS_SKEW"


def launch(env: Mapping[str, str]) -> None:
    """Serve until a signal ends it."""
    step = fatal_step(env.get(AT, ""), Path(env[ARM]) if ARM in env else None)
    settings = Settings.from_env(env, [proven(plug, step) for plug in PLUGS] if AT in env else PLUGS)
    skew = float(env.get(SKEW, "0"))
    world = World(clock=lambda: time.time() + skew, around=_around(env, step))
    set_up_logging()
    with socket.create_server((settings.host, settings.port), backlog=2048) as listener:
        app = create_app(settings, world)
        if AT in env:
            app.add_middleware(lambda inner: answered(inner, step))
        serve(app, listener, app.state.draining)


def _around(env: Mapping[str, str], step: Step) -> Callable[[Store], Store]:
    build = env.get(BUILD, "")

    def around(store: Store) -> Store:
        inner = late(stepped(store, step), float(env.get(LATE, "0")))
        match build:
            case "":
                return inner
            case "ungrouped":
                return ungrouped(inner)
            case _:
                return broken(inner, build, step)

    return around


def audit(_: Mapping[str, str]) -> None:
    """`syncstate audit`, beside whatever serves."""
    main(["audit"], standalone_mode=False)
