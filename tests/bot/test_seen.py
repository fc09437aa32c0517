"""Remembering requests for as long as they could come again."""

from bot.seen import Seen
from playground.slack.clock import HandClock


def test_a_key_is_first_once_and_again_when_no_signature_can_carry_it_any_more() -> None:
    clock = HandClock()
    seen = Seen(clock)

    assert seen.is_first("a")
    assert seen.is_first("b")
    clock.move(600)
    assert not seen.is_first("a")
    clock.move(61)
    assert seen.is_first("a")


def test_old_keys_make_room_for_new_ones() -> None:
    clock = HandClock()
    seen = Seen(clock)
    for number in range(20_000):
        seen.is_first(f"old-{number}")
    clock.move(661)

    assert seen.is_first("new")
    assert not seen.is_first("new")
