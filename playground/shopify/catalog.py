"""What the shop sells, and where it keeps it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from playground.errors import RefusedError


class Name(StrEnum):
    """The quantity names of a level that the stand-in keeps."""

    AVAILABLE = "available"
    COMMITTED = "committed"
    ON_HAND = "on_hand"


class Policy(StrEnum):
    """Whether a variant still sells at 0 available."""

    DENY = "deny"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Location:
    """A place that holds stock."""

    id: int
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant with its inventory item; the SKU need not be unique."""

    id: int
    item_id: int
    product_id: int
    sku: str
    title: str
    price: str
    tracked: bool
    policy: Policy
    created_at: float


@dataclass(frozen=True, slots=True)
class Level:
    """The units of one item at one location; `on_hand = available + committed`."""

    item_id: int
    location_id: int
    available: int
    committed: int
    updated_at: float

    @property
    def on_hand(self) -> int:
        """Units on the shelf, those of open orders included."""
        return self.available + self.committed

    def quantity(self, name: str) -> int:
        """Return the quantity of that name; 0 for a state that the stand-in does not keep."""
        match name:
            case Name.AVAILABLE:
                return self.available
            case Name.COMMITTED:
                return self.committed
            case Name.ON_HAND:
                return self.on_hand
            case _:
                return 0

    def moved(self, at: float, *, available: int = 0, committed: int = 0) -> "Level":
        """Return the level after both counts moved by the given units."""
        return replace(
            self,
            available=self.available + available,
            committed=self.committed + committed,
            updated_at=at,
        )

    def with_quantity(self, name: Name, quantity: int, at: float) -> "Level":
        """Return the level with `available` or `on_hand` set to an absolute value."""
        available = quantity if name is Name.AVAILABLE else quantity - self.committed
        return replace(self, available=available, updated_at=at)


class Catalog:
    """Variants, locations and levels, by id; `bundles` are the items whose quantity follows from others."""

    def __init__(self, locations: tuple[Location, ...]) -> None:
        self.locations = {location.id: location for location in locations}
        self.variants: dict[int, Variant] = {}
        self.items: dict[int, Variant] = {}
        self.levels: dict[tuple[int, int], Level] = {}
        self.bundles: set[int] = set()
        self._by_sku: dict[str, list[Variant]] = {}

    @property
    def primary(self) -> Location:
        """The location that online orders take from."""
        return next(iter(self.locations.values()))

    def add(self, variant: Variant, quantity: int) -> None:
        """Add a variant, stocked at every location, with `quantity` at the primary one."""
        self.variants[variant.id] = variant
        self.items[variant.item_id] = variant
        self._by_sku.setdefault(variant.sku, []).append(variant)
        for location in self.locations.values():
            stocked = quantity if location == self.primary else 0
            self.put(Level(variant.item_id, location.id, stocked, 0, variant.created_at))

    def put(self, level: Level) -> None:
        """Store a level in place of the one before."""
        self.levels[level.item_id, level.location_id] = level

    def find(self, sku: str) -> Variant:
        """Return the first variant with exactly that SKU; refuse an unknown one."""
        found = self.with_sku(sku)
        if not found:
            raise RefusedError(f"the shop has no SKU {sku!r}")
        return found[0]

    def remove(self, variant: Variant) -> None:
        """Forget a variant, its item and its levels."""
        del self.variants[variant.id], self.items[variant.item_id]
        self._by_sku[variant.sku].remove(variant)
        for location_id in self.locations:
            del self.levels[variant.item_id, location_id]

    def with_sku(self, sku: str) -> list[Variant]:
        """Return every variant with exactly that SKU, oldest first."""
        return self._by_sku.get(sku, [])

    def levels_of(self, item_id: int) -> list[Level]:
        """Return the item's level at each location."""
        return [self.levels[item_id, location_id] for location_id in self.locations]

    def level(self, item_id: int) -> Level:
        """Return the item's level at the primary location."""
        return self.levels[item_id, self.primary.id]
