"""The views of the digest, the Home tab and several cards, with whatever text and numbers, within Slack's limits."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import cards, chart, digest, home, stock
from bot.views.blocks import Block
from core.alerts import Alert, Severity, State
from core.changes import Entry, Progress
from core.channels import ChannelHealth
from core.digest import DigestFacts, Movement, Mover, RunningOut
from core.stock import Level, Push, Stock, Told
from playground.slack.blocks import validate_view
from tests.bot.test_views import ALERTS, BAITS, CHANNELS, COUNTS, HARD, SKUS, STOCKS, TIMES, check, harmless, texts

HOMES = st.builds(
    home.HomeFacts,
    alerts=st.lists(ALERTS, max_size=120).map(tuple),
    channels=st.lists(CHANNELS, max_size=30).map(tuple),
    movers=st.lists(st.builds(Mover, SKUS, COUNTS, COUNTS), max_size=5).map(tuple),
)


@pytest.mark.parametrize("bait", [*BAITS, "&" * 3_000, '"' * 3_000, "\U0001f469" * 3_000])
def test_a_digest_that_is_full_of_one_thing(bait: str) -> None:
    sku = bait[:200]
    one = Alert("al_1", "oversold", Severity.CRITICAL, sku, bait, "s", 1e9, State.ACKNOWLEDGED, acknowledged_by=bait)
    facts = DigestFacts(
        since=0.0,
        until=1e9,
        movements=tuple(Movement(sku, 10**9, 10**9, 10**9) for _ in range(8)),
        soonest=tuple(RunningOut(sku, 10**9, 300.0) for _ in range(5)),
        alerts=(one,) * 50,
        channels=tuple(ChannelHealth(bait, 1.0, 10**6, 1.0, bait) for _ in range(30)),
        pace=(10**9,) * 14,
    )

    check(digest.digest(facts, chart=True))
    assert len(chart.in_words(facts)) <= 1_000


def check_view(view: Block) -> None:
    assert validate_view(view) == []
    assert len(json.dumps(view)) <= 250_000
    for shown in texts(view["blocks"]):
        harmless(shown)


@HARD
@given(HOMES, TIMES)
def test_the_home_tab(facts: home.HomeFacts, now: float) -> None:
    check_view(home.home(facts, now))
    check_view(home.home_away(now))


@HARD
@given(st.lists(st.tuples(SKUS, STOCKS), min_size=1, max_size=12))
def test_cards_of_several_skus(pairs: list[tuple[str, Stock]]) -> None:
    skus = [sku for sku, _ in pairs]
    shown = [stock.stock_card(Level(each), [], 1e9) for _, each in pairs[:5]]
    view = cards.window(shown, skus[:5], skus[5:])

    check_view(view)
    assert cards.skus_of(view["private_metadata"]) == tuple(skus[:5])
    check(cards.thread_answer(skus, shown))
    check(cards.names_nothing(skus[0]))


@pytest.mark.parametrize("bait", [*BAITS, "&" * 3_000, '"' * 3_000, "\U0001f469" * 3_000])
def test_cards_that_are_full_of_one_thing(bait: str) -> None:
    told = {f"{number}{bait}": Told(1, 1, 0.0, Push.OWED, bait) for number in range(30)}
    entries = [Entry("t", "s", bait, 1, 0.0, Progress.FAILED, bait, bait, bait, bait)] * 3
    shown = [stock.stock_card(Level(Stock(bait[:200], counted_at=0.0), told=told), entries, 1e9)] * 5

    check(cards.thread_answer([bait[:200]] * 20, shown))
    check_view(cards.window(shown, [bait[:200]] * 5, [bait[:200]] * 20))


@pytest.mark.parametrize("note", ["", "{", "{}", "[1]", '"x"', "null"])
def test_a_modal_that_remembers_something_else_has_no_skus(note: str) -> None:
    assert cards.skus_of(note) == ()
