"""What every instance is made of: the store, the channels and the core on them, each from the settings."""

from __future__ import annotations

import asyncio
import functools
import os
import random
import secrets
import socket
import ssl
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from core.alert_times import Terms as AlertTerms
from core.house import House
from core.ports import Store
from core.stores.sqlite import SqliteStore
from settings import Settings, SettingsError
from values import StoreKind

DATA_FILE = "syncstate.db"
_AWS_CALLS = 16
_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)
_certificates = functools.cache(httpx2.create_ssl_context)


@dataclass(frozen=True, slots=True)
class World:
    """What every instance needs from outside: time, patience, fresh ids, whom to trust, and its own name.

    `heard` is told of every answer of a marketplace. `around` may put something between the core and its store; only a
    harness does.
    """

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    fresh_id: Callable[[], str] = lambda: secrets.token_hex(16)
    certificates: Callable[[], ssl.SSLContext] = _certificates
    heard: Callable[[httpx2.Response], None] = lambda _: None
    around: Callable[[Store], Store] = lambda store: store
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}")

    def client(self) -> httpx2.AsyncClient:
        """An HTTP client that is quick to give up; whatever proxy is set, this machine is reached without it."""
        direct = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}

        async def hear(answer: httpx2.Response) -> None:
            self.heard(answer)

        hooks = {"response": [hear]}
        return httpx2.AsyncClient(timeout=_TIMEOUT, verify=self.certificates(), mounts=direct, event_hooks=hooks)


def make_store(settings: Settings, world: World, channels: Sequence[str], *, watching: bool = False) -> Store:
    """The store that the settings name, for an instance that tells these channels; not open yet.

    `watching`: it only reads, and so beside a server that holds the file.
    """
    match settings.store:
        case StoreKind.SQLITE:
            folder = settings.data_dir if watching else usable(settings.data_dir)
            return SqliteStore(folder / DATA_FILE, world.clock, watching=watching)
        case StoreKind.DYNAMODB:
            from core.stores.dynamodb import DynamoStore, connect  # noqa: PLC0415 - boto3 takes a while to import

            return DynamoStore(
                connect(settings.aws_region or None, settings.aws_endpoint_url or None, _AWS_CALLS),
                prefix=settings.table_prefix,
                instance=world.owner,
                channels=channels,
                clock=world.clock,
                token=world.fresh_id,
                jitter=random.random,
                threads=_AWS_CALLS,
            )


def usable(folder: Path) -> Path:
    """The folder, there and writable; SettingsError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = (error.strerror or "it cannot be had").lower()
        advice = f"must name a folder that can be written, not {folder} ({why})"
        raise SettingsError("SYNCSTATE_DATA_DIR", advice) from error
    return folder


def make_house(settings: Settings, world: World, *, follows: bool, watching: bool = False) -> House:
    """The core on its store; `follows`: it also tells channels and sees to alerts; `watching`: it only reads."""
    marketplaces = tuple(plug.make(settings.given, world) for plug in settings.plugs)
    tellable = [each for each in marketplaces if each.can_push] if follows else []
    return House(
        world.around(make_store(settings, world, [each.name for each in tellable], watching=watching)),
        marketplaces=marketplaces,
        tellable=tellable if follows else None,
        clock=world.clock,
        sleep=world.sleep,
        fresh_id=world.fresh_id,
        owner=world.owner,
        terms=AlertTerms(settings.escalate_after * 60.0, settings.remind_after * 60.0),
    )
