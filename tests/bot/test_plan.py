"""The pure decisions behind the notifier: what to do next, in which order, how fast."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import EDIT_EVERY, POST_EVERY, SAME_MESSAGE_EVERY, Pace
from bot.plan import Step, claimed, in_order, next_step, orphaned, shown
from core.alerts import Alert, Severity, State

NOW = 1_000_000.0
OPEN = Alert("al_1", "stock_low", Severity.WARNING, "ABC-1", "low", "stock#ABC-1", NOW, updated_at=NOW)
POSTED = replace(OPEN, post_channel="C1", post_ts="1.0", told=1, edition=2)


def test_an_alert_without_a_message_is_posted() -> None:
    assert next_step(OPEN, NOW) is Step.POST


def test_an_alert_in_somebodys_hands_is_left() -> None:
    assert next_step(claimed(OPEN, NOW + 1), NOW) is Step.LEAVE
    assert next_step(claimed(POSTED, NOW + 1), NOW) is Step.LEAVE


def test_a_claim_that_ran_out_without_a_message_is_looked_into() -> None:
    assert next_step(claimed(OPEN, NOW), NOW) is Step.FIND


def test_an_alert_with_a_message_is_edited() -> None:
    assert next_step(POSTED, NOW) is Step.EDIT
    assert next_step(claimed(POSTED, NOW), NOW) is Step.EDIT


def test_what_somebody_has_dealt_with_goes_first_and_then_the_oldest() -> None:
    late = replace(OPEN, alert_id="al_2", updated_at=NOW + 1)
    taken = replace(POSTED, alert_id="al_3", state=State.ACKNOWLEDGED, updated_at=NOW + 2)

    assert [alert.alert_id for alert in in_order([late, OPEN, taken])] == ["al_3", "al_1", "al_2"]


@given(st.integers(0, 5), st.integers(0, 5))
def test_an_edition_that_is_shown_never_goes_back(told: int, edition: int) -> None:
    after = shown(replace(OPEN, told=told, posting_until=NOW), "C1", "1.0", edition)

    assert after.told == max(told, edition)
    assert (after.post_channel, after.post_ts, after.posting_until) == ("C1", "1.0", 0.0)


def test_only_an_open_alert_is_posted_anew_when_its_message_was_deleted() -> None:
    assert next_step(orphaned(POSTED), NOW) is Step.POST
    taken = orphaned(replace(POSTED, state=State.ACKNOWLEDGED))
    assert taken.told == taken.edition


def test_posts_keep_their_distance_in_each_channel_alone() -> None:
    pace = Pace()
    pace.posted("C1", NOW)

    assert pace.post_at("C1") == NOW + POST_EVERY
    assert pace.post_at("C2") == 0.0


def test_edits_keep_their_distance_and_one_message_is_not_edited_again_and_again() -> None:
    pace = Pace()
    pace.edited("al_1", NOW)

    assert pace.edit_at("al_2", urgent=False) == NOW + EDIT_EVERY
    assert pace.edit_at("al_1", urgent=False) == NOW + SAME_MESSAGE_EVERY
    assert pace.edit_at("al_1", urgent=True) == NOW + EDIT_EVERY


def test_an_outage_is_waited_out_longer_each_time_and_up_to_a_minute() -> None:
    pace = Pace()

    waits = [pace.strike(NOW) - NOW for _ in range(9)]

    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1.0, 60.0)
    assert pace.post_at("C1") == NOW + 60.0
    pace.recover()
    assert pace.strike(NOW) == NOW + 1.0


def test_thousands_of_messages_are_not_remembered_for_ever() -> None:
    pace = Pace()
    for number in range(5_000):
        pace.edited(f"al_{number}", NOW + number * EDIT_EVERY)

    assert pace.edit_at("al_4999", urgent=False) > pace.edit_at("al_0", urgent=False)
