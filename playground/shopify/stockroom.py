"""The shop's stock: units that move with orders, and quantities that are set."""

from collections import Counter
from collections.abc import Callable, Iterable

from playground.errors import RefusedError
from playground.shopify.announcer import Announcer
from playground.shopify.catalog import Catalog, Level, Name, Policy, Variant


class Stockroom:
    """Changes the levels of `catalog`; each change of `available` is announced."""

    def __init__(self, catalog: Catalog, announcer: Announcer, clock: Callable[[], float]) -> None:
        self._catalog = catalog
        self._announcer = announcer
        self._clock = clock

    def check(self, wanted: Iterable[tuple[Variant, int]]) -> None:
        """Refuse to sell more than is available of a tracked variant that must not oversell."""
        demand: Counter[Variant] = Counter()
        for variant, quantity in wanted:
            demand[variant] += quantity
        for variant, quantity in demand.items():
            left = self._catalog.level(variant.item_id).available
            limited = variant.tracked and variant.policy is Policy.DENY
            if limited and quantity > left:
                raise RefusedError(f"{variant.sku}: {quantity} wanted, {left} left")

    def move(self, item_id: int, event_id: str, *, available: int = 0, committed: int = 0) -> None:
        """Move units at the primary location; an untracked item, or a tip, has none to move."""
        variant = self._catalog.items.get(item_id)
        if variant is not None and variant.tracked:
            level = self._catalog.level(item_id)
            moved = level.moved(self._clock(), available=available, committed=committed)
            self.put([moved], event_id)

    def set_available(self, sku: str, quantity: int, event_id: str) -> None:
        """Set what a SKU shows at the primary location."""
        level = self._catalog.level(self._catalog.find(sku).item_id)
        changed = level.with_quantity(Name.AVAILABLE, quantity, self._clock())
        self.put([changed], event_id)

    def put(self, levels: Iterable[Level], event_id: str) -> None:
        """Store levels, and announce those whose `available` changed."""
        for level in levels:
            before = self._catalog.levels[level.item_id, level.location_id]
            self._catalog.put(level)
            if before.available != level.available:
                variant = self._catalog.items[level.item_id]
                self._announcer.level(level, variant, event_id)
