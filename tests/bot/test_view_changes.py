"""What is said about changes, with whatever text and numbers: within Slack's limits, and never markup from outside."""

from hypothesis import given
from hypothesis import strategies as st

from bot.views import adjust, change, returns, undo
from core.deeds import Deed, Reset
from core.errors import AlreadyHandled, CannotUndo, Hindrance
from core.returns.case import Case, Verdict
from core.stock import Stock
from playground.slack.blocks import validate_view
from tests.bot.test_views import COUNTS, HARD, KEY, NUMBERS, SKUS, STOCKS, TIMES, WORDS, check, harmless, texts

RESETS = st.builds(Reset, COUNTS, COUNTS) | st.none()
DEEDS = st.builds(
    Deed,
    SKUS,
    WORDS,
    TIMES,
    st.sampled_from(["set", "add", "take", "buffer", "low_at"]),
    NUMBERS,
    COUNTS,
    RESETS,
    RESETS,
    first=st.booleans(),
    undone_by=WORDS,
    undone_at=TIMES,
)


@HARD
@given(DEEDS, STOCKS | st.none(), st.lists(DEEDS, max_size=8), st.sampled_from(Hindrance), TIMES)
def test_an_undo(deed: Deed, after: Stock | None, others: list[Deed], why: Hindrance, now: float) -> None:
    refused = CannotUndo(deed.sku, why, deed.actor, deed.at)
    check(undo.change_undone(deed, after, now))
    check(undo.not_undone(refused, "U1"))
    check(undo.not_undone(refused, deed.actor))
    check(undo.nothing_to_undo())
    check(undo.last_undone(refused, "U1", [(KEY, other, now) for other in others], now))
    value = undo.undo_button(KEY, deed.sku)["value"]
    assert undo.unpack_undo(value) == (KEY, deed.sku)


CASES = st.builds(
    Case,
    SKUS,
    TIMES,
    WORDS,
    COUNTS,
    WORDS,
    WORDS,
    WORDS,
    WORDS,
    WORDS,
    verdict=st.sampled_from(Verdict).map(str),
    by=WORDS,
    units=COUNTS,
)


@HARD
@given(CASES, STOCKS | st.none(), st.sampled_from(Verdict))
def test_a_decision_about_a_return(case: Case, after: Stock | None, verdict: Verdict) -> None:
    first = AlreadyHandled(case.by, case.at, verdict)
    check(undo.last_undone(CannotUndo(case.sku, Hindrance.UNDONE, case.by, 1.0), "U1", [(KEY, case, 1.0)] * 8, 2.0))
    said = [returns.judged(case, after), returns.appealed(case, case.by, after), returns.not_to_judge()]
    for content in (*said, returns.already_judged(first, "U1"), returns.already_judged(first, case.by)):
        check(content)
    for shown in returns.verdict_buttons(case.return_id, case.sku):
        assert returns.unpack_return(shown["value"]) == (case.return_id, case.sku)


@HARD
@given(STOCKS, WORDS, WORDS, st.sampled_from(["", "set", "low_at", "nonsense"]))
def test_the_form(now: Stock, url: str, reason: str, what: str) -> None:
    for view in (
        adjust.adjust_form(now, url),
        adjust.adjust_form(now, url, adjust.Filled(what, "5", reason), "Look again."),
        adjust.adjusted(change.change_known(now)),
    ):
        assert validate_view(view) == []
        for shown in texts(view["blocks"]):
            harmless(shown)
    note = adjust.read_note(adjust.adjust_form(now, url)["private_metadata"])
    assert note is not None
    assert (note.sku, note.stated) == (now.sku, now.stated)
