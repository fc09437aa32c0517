"""Changes as the contract's tests ask for them, and a commit that also does what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.adjustments import Adjustment
from core.alerts import Alert, Severity
from core.changes import Change, Entry, Outcome
from core.orders.change import OrderChange
from core.orders.facts import LineFact, OrderFacts, RefundFact
from core.ports import Store
from core.returns.change import ReturnChange
from core.stock import Stock
from tests.core.stores.places import START


def counted(sku: str, physical: int, at: float, key: str = "") -> Adjustment:
    """A person counts the SKU."""
    return Adjustment(key or f"count#{sku}#{at}", sku, at, "U1", physical=physical)


def added(sku: str, delta: int, at: float, key: str) -> Adjustment:
    """A person adds units, or takes them."""
    return Adjustment(key, sku, at, "U1", delta=delta)


def ordered(order_id: str, units: Mapping[str, int], at: float, channel: str = "shopify") -> OrderChange:
    """An order of so many units of each SKU, one line for each."""
    return OrderChange(facts(order_id, units, at, channel=channel), at)


def facts(
    order_id: str, units: Mapping[str, int], at: float, created: float | None = None, **more: object
) -> OrderFacts:
    """What a snapshot of the order says."""
    channel, cancelled = str(more.get("channel", "shopify")), more.get("cancelled")
    return OrderFacts(
        channel=channel,
        order_id=order_id,
        action="orders/updated",
        created_at=at if created is None else created,
        updated_at=at,
        cancelled_at=cancelled if isinstance(cancelled, float) else None,
        lines=tuple(LineFact(f"{order_id}-{sku}", sku, quantity) for sku, quantity in units.items()),
    )


def refunded(order_id: str, sku: str, units: int, at: float) -> OrderChange:
    """A refund that puts units of one line back on the shelf."""
    refund = RefundFact(f"r{at}", f"{order_id}-{sku}", sku, units, restocked=True, at=at)
    return OrderChange(OrderFacts("shopify", order_id, "refunds/create", refunds=(refund,)), at)


def returned(sku: str, units: int, at: float, key: str, disposition: str = "SELLABLE") -> ReturnChange:
    """Units that came back."""
    return ReturnChange(key, sku, units, disposition, "amazon", at, order_id=f"order of {key}")


def low(alert_id: str, sku: str = "A", at: float = START, severity: Severity = Severity.WARNING) -> Alert:
    """The SKU runs low."""
    return Alert(alert_id, "stock_low", severity, sku, f"{sku} runs low", f"stock#{sku}", at, updated_at=at)


async def commit(store: Store, *changes: Change) -> Sequence[Outcome]:
    """Commit the changes as one group, finish its mark, and expect no refusal."""
    results = await try_commit(store, *changes)
    outcomes = [result for result in results if isinstance(result, Outcome)]
    assert len(outcomes) == len(changes), results
    return outcomes


async def try_commit(store: Store, *changes: Change) -> Sequence[Outcome | Exception]:
    """Commit the changes as one group and finish its mark; refusals are among the results."""
    committed = await store.commit(changes)
    if committed.mark is not None:
        await store.finish(committed.mark)
    return committed.results


async def commit_all(store: Store, change: Change) -> int:
    """Commit a change that may be too large for one transaction; how many it took."""
    for taken in range(1, 100):
        (outcome,) = await commit(store, change)
        if not outcome.more:
            return taken
    raise AssertionError("it never ends")


async def stock(store: Store, sku: str) -> Stock:
    """The SKU's stock as it is now."""
    return (await store.levels([sku]))[sku].stock


async def physical(store: Store, *skus: str) -> list[int]:
    """How many there are of each SKU."""
    levels = await store.levels(skus)
    return [levels[sku].stock.physical for sku in skus]


async def ledger(store: Store, sku: str) -> list[Entry]:
    """The SKU's whole history, newest first."""
    entries: list[Entry] = []
    cursor = ""
    while True:
        page = await store.history(sku, cursor, 50)
        entries += page.items
        cursor = page.cursor
        if not cursor:
            return entries
