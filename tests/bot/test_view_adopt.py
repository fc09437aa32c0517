"""What is said about taking a channel's levels, with whatever text and numbers: within Slack's limits."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.views.adopt import adoption, offer_cancelled, offer_ended
from bot.views.adopt_form import AdoptNote, choose_form, choose_value, chosen, read_note
from core.adopt import Adopted, Conflict, Plan, Shelf, Unclear
from core.adopting import Adopting
from core.errors import Ended, OfferEnded
from tests.bot.test_view_faces import check_view
from tests.bot.test_views import BAITS, COUNTS, HARD, NUMBERS, SKUS, TIMES, WORDS, check

CONFLICTS = st.builds(Conflict, SKUS, st.fixed_dictionaries({"shopify": NUMBERS, "amazon": NUMBERS}))
PLANS = st.builds(
    Plan,
    st.lists(st.builds(Adopted, SKUS, COUNTS, st.just({})), max_size=30).map(tuple),
    st.lists(CONFLICTS, max_size=30).map(tuple),
    st.lists(st.builds(Unclear, SKUS, WORDS), max_size=30).map(tuple),
    COUNTS,
)
REPORTS = st.builds(
    Adopting,
    st.just("shopify"),
    WORDS,
    TIMES,
    st.booleans(),
    COUNTS,
    COUNTS,
    PLANS | st.none(),
    st.uuids().map(str),
    TIMES,
    WORDS | st.just(""),
)


@HARD
@given(REPORTS, TIMES)
def test_how_far_it_is_what_it_offers_and_what_came_of_it(report: Adopting, now: float) -> None:
    check(adoption(report, now))


@pytest.mark.parametrize("bait", [*BAITS, "&" * 3_000, '"' * 3_000, "\U0001f469" * 3_000])
@pytest.mark.parametrize("sets", [True, False])
def test_one_that_is_full_of_one_thing(bait: str, sets: bool) -> None:
    sku = bait[:200]
    shelf = {"shopify": Shelf(1, 0.0)}
    plan = Plan(
        (Adopted(sku, 10**6, shelf),) * 50_000,
        (Conflict(sku, {"shopify": 10**9, bait: -(10**9)}),) * 8,
        (Unclear(sku, bait),) * 50,
        10**6,
    )

    check(adoption(Adopting("shopify", bait, 0.0, sets, 10**6, 10**6, plan, "t" * 32, 1.0), 2.0))


@HARD
@given(st.sampled_from(Ended), WORDS, WORDS, TIMES, COUNTS)
def test_why_a_press_changes_nothing(why: Ended, channel: str, by: str, at: float, count: int) -> None:
    check(offer_ended(OfferEnded(channel, why, by, at, count)))
    check(offer_cancelled(channel))


@HARD
@given(st.lists(CONFLICTS, min_size=1, max_size=10), WORDS)
def test_the_form_and_what_it_remembers(conflicts: list[Conflict], url: str) -> None:
    note = AdoptNote("t" * 32, "shopify", tuple(conflicts), url)
    assume(choose_value(note.ticket, note.channel, conflicts))
    form = choose_form(note)

    check_view(form)
    kept = read_note(form["private_metadata"])
    assert kept is not None
    assert kept.conflicts == note.conflicts
    assert all(choice.quantity is None for choice in chosen(kept, {}).values())
