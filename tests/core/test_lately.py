"""What was told of late is remembered for a minute, and no longer."""

from __future__ import annotations

from core.lately import Lately
from tests.core.stand_ins import HandClock


def test_what_was_told_is_known_for_a_minute(clock: HandClock) -> None:
    lately = Lately(clock)
    lately.note([("A", 5), ("B", 7)])
    clock.advance(59)
    lately.note([("A", 4)])
    assert lately.of("A") == {5, 4}
    clock.advance(2)
    assert (lately.of("A"), lately.of("B")) == (frozenset({4}), frozenset())


def test_what_nobody_asks_for_is_forgotten_all_the_same(clock: HandClock) -> None:
    lately = Lately(clock)
    for _ in range(100):
        clock.advance(30)
        lately.note([("A", 5)])
    assert len(lately) == 3
