"""What the shops have on their shelves: at first a small catalogue, later what the store says they were told."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.expected import expected
from core.house import House
from core.stock import Level, Part, Push
from playground.outside import Outside

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the made-up catalogue, with its first count and what is held back, or what it is made of."""

    sku: str
    title: str
    physical: int = 0
    buffer: int = 0
    made_of: tuple[str, ...] = ()


CATALOGUE = (
    Product("TEE-RED-M", "T-shirt, red, M", 48, 5),
    Product("TEE-RED-L", "T-shirt, red, L", 36, 5),
    Product("TEE-NAVY-M", "T-shirt, navy, M", 60, 5),
    Product("HOODIE-GREY-M", "Hoodie, grey, M", 14, 2),
    Product("HOODIE-GREY-L", "Hoodie, grey, L", 9, 2),
    Product("CAP-BLUE", "Cap, blue", 25),
    Product("CAP-BLACK", "Cap, black", 8),
    Product("SOCKS-STRIPED", "Socks, striped", 120, 10),
    Product("MUG-WHITE", "Mug, white", 40, 4),
    Product("MUG-BLACK", "Mug, black", 12, 4),
    Product("TOTE-CANVAS", "Tote bag, canvas", 75),
    Product("POSTER-A2", "Poster, A2", 30, 3),
    Product("MUG-SET", "Mugs, white and black", made_of=("MUG-WHITE", "MUG-BLACK")),
)
_TITLES = {product.sku: product.title for product in CATALOGUE}


async def stock_up(house: House, products: Sequence[Product]) -> Sequence[Level]:
    """All levels of the store; an empty one is given the products first, through the service."""
    levels = await _levels(house)
    if levels:
        return levels
    for product in products:
        await _stock(house, product)
    return await _levels(house)


async def _stock(house: House, product: Product) -> None:
    if product.made_of:
        await house.service.bundle(product.sku, [Part(sku, 1) for sku in product.made_of], "playground")
    else:
        held = product.buffer or None
        await house.service.adjust(product.sku, "playground", physical=product.physical, buffer=held)


def fill(outside: Outside, levels: Sequence[Level]) -> None:
    """Put every SKU that is managed on sale in every shop, showing what the shop was told less what it sold since.

    One that the shop did not sell before is not sold now either. Listings that the app knows come first, so that no
    other takes their ids.
    """
    for name, stall in outside.stalls.items():
        for level in sorted(levels, key=lambda level: not level.links.get(name)):
            if level.stock.managed and not _is_unlisted(level, name):
                stall.put_on_sale(level.sku, title_of(level.sku), _shown(level, name), level.links.get(name, ""))


def title_of(sku: str) -> str:
    """The product's name; the SKU itself where it has none."""
    return _TITLES.get(sku, sku)


def _is_unlisted(level: Level, channel: str) -> bool:
    told = level.told.get(channel)
    return told is not None and told.status is Push.UNLISTED


def _shown(level: Level, channel: str) -> int:
    return max(0, expected(level, channel) or 0)


async def _levels(house: House) -> list[Level]:
    found: list[Level] = []
    cursor = ""
    while True:
        page = await house.service.list_levels(cursor, _AT_ONCE)
        found += page.items
        if not page.cursor:
            return found
        cursor = page.cursor
