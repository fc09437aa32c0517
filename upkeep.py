"""What the command does with an installation's data apart from serving it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from core.adopt import Conflicts, Plan
from core.errors import BadInput, SyncStateError
from core.house import House
from parts import DATA_FILE, World, make_house, make_store, usable
from settings import Settings
from values import StoreKind

T = TypeVar("T")
_MOMENT = "%Y-%m-%d %H:%M UTC"


async def with_store(settings: Settings, work: Callable[[House], Awaitable[T]], *, watching: bool = False) -> T:
    """Do something with the store alone, or only look at it; what follows from a change is left to the server."""
    house = make_house(settings, World(), follows=False, watching=watching)
    await house.store.open()
    try:
        return await work(house)
    finally:
        await house.close()


def back_up(settings: Settings, target: Path, done: Callable[[int, int], None]) -> None:
    """Copy the data file, beside a running server; BadInput where the data is not in a file."""
    from core.stores.sqlite import backup  # noqa: PLC0415 - only these commands need it

    if settings.store is not StoreKind.SQLITE:
        raise BadInput("backup", "is for SQLite; DynamoDB keeps its own: leave FILE out to see how far back it goes")
    backup.back_up(settings.data_dir / DATA_FILE, target, done)


def restore(settings: Settings, source: Path, done: Callable[[int, int], None]) -> Path | None:
    """Put a backup in the data file's place; where the replaced file is kept. The server must not run."""
    from core.stores.sqlite import backup  # noqa: PLC0415 - only these commands need it

    if settings.store is not StoreKind.SQLITE:
        raise BadInput("restore", "is for SQLite; restore DynamoDB's tables under another SYNCSTATE_TABLE_PREFIX")
    return backup.restore(source, usable(settings.data_dir) / DATA_FILE, time.time(), done)


async def recovery(settings: Settings) -> list[str]:
    """How far back each DynamoDB table can be restored, a line each; SyncStateError when one cannot."""
    from core.stores.dynamodb import DynamoStore  # noqa: PLC0415 - boto3 takes a while to import

    store = make_store(settings, World(), ()) if settings.store is StoreKind.DYNAMODB else None
    if not isinstance(store, DynamoStore):
        raise BadInput("file", "is missing: name the file that the backup goes to")
    try:
        found = await store.recovery()
    finally:
        await store.close()
    bad = [f"{each.table}: {each.problem}" for each in found if each.problem]
    if bad:
        raise SyncStateError("; ".join(bad))
    return [_line(each.table, each.since) for each in found]


async def adopt(
    settings: Settings,
    channel: str,
    conflicts: str,
    progress: Callable[[str, int | None], Callable[[int], None]],
    *,
    dry_run: bool,
) -> Plan:
    """Set what the channel shows, or only find out what would be set; BadInput, ChannelError, NotConfigured."""

    async def take(house: House) -> Plan:
        plan = await house.adopter.plan(channel, Conflicts(conflicts), _heard(progress("Reading listings", None)))
        if not dry_run:
            done = _heard(progress("Setting stock", len(plan.adopted)))
            await house.adopter.carry_out(channel, plan, f"adopt {channel}", done)
        return plan

    is_new = settings.store is StoreKind.SQLITE and not (settings.data_dir / DATA_FILE).exists()
    if not (dry_run and is_new):
        return await with_store(settings, take, watching=dry_run)
    with tempfile.TemporaryDirectory() as folder:  # a dry run leaves nothing behind, no empty data file either
        return await with_store(replace(settings, data_dir=Path(folder)), take)


def plan_table(plan: Plan, *, dry_run: bool) -> list[str]:
    """The plan as lines to read: what is set, what is left to decide, and the sum."""
    width = max((len(each.sku) for each in plan.adopted), default=3)
    rows = [f"{each.sku:<{width}}  {each.quantity:>9,}" for each in plan.adopted] if dry_run else []
    rows += [f"{each.sku}: conflict: {each.reason}" for each in plan.conflicts]
    rows += [f"{each.sku}: not set: {each.reason}" for each in plan.troubled]
    verb = "would be set" if dry_run else "set"
    left = f"{len(plan.conflicts):,} in conflict, {len(plan.troubled):,} not set, {plan.managed:,} set already"
    count = len(plan.adopted)
    return [*rows, f"{count:,} {'SKU' if count == 1 else 'SKUs'} {verb}, {left}."]


def _heard(show: Callable[[int], None]) -> Callable[[int], Awaitable[None]]:
    async def hear(number: int) -> None:
        show(number)

    return hear


def _line(table: str, since: datetime | None) -> str:
    return f"{table}: restorable to any moment" + (f" since {since.astimezone(UTC):{_MOMENT}}" if since else "")
