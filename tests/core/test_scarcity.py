"""What is low or gone, the worst first."""

from core.scarcity import scarce
from core.stock import Level, Stock

TODAY = 20_000


def level(sku: str, physical: int, sold: int = 0, *, low_at: int = 5, managed: bool = True) -> Level:
    stock = Stock(sku, physical, low_at=low_at, counted_at=1.0 if managed else None)
    return Level(stock, sold={TODAY: sold} if sold else {})


def test_what_is_owed_comes_first_then_what_is_missed_most_then_what_lasts_least() -> None:
    levels = [
        level("plenty", 50, 100),
        level("unsold", 3),
        level("slow", 5, 1),
        level("fast", 5, 70),
        level("gone", 0, 2),
        level("missed", 0, 90),
        level("owed", -1, 5),
        level("owed more", -4),
        level("never set", 0, managed=False),
    ]

    order = [each.sku for each in scarce(levels, TODAY)]

    assert order == ["owed more", "owed", "missed", "gone", "fast", "slow", "unsold"]


def test_the_threshold_is_the_skus_own() -> None:
    assert [each.sku for each in scarce([level("A", 9, low_at=10), level("B", 9, low_at=8)], TODAY)] == ["A"]
