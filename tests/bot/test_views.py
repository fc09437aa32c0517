"""Every view, with whatever text and numbers: within Slack's limits, and nothing from outside ever becomes markup."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import all_commands
from bot.views import alert, blocks, change, digest, figures, listings, notices, stock, text
from bot.views import sku as sku_values
from bot.views.blocks import Block, Content
from core.alerts import KINDS, Alert, Severity, State
from core.changes import Entry, Progress, ReturnRow
from core.channels import ChannelHealth
from core.digest import DigestFacts, Movement, RunningOut
from core.stock import Level, Push, Stock, Told
from playground.slack.blocks import Surface, validate_blocks

KEY = f"manual#slack#{'0' * 40}"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
BAITS = ["<!channel>", "<@U1>", "<https://evil|ok>", "`code`", "*b* _i_ ~s~", "&amp;", "\u202eabc", "a\nb", FAMILY * 60]
NASTY = st.sampled_from([*BAITS, *('<>&`"\\\n' * size for size in (1, 30, 400)), "&" * 3_000, "\n" * 3_000])
WORDS = st.text(max_size=20) | NASTY
SKUS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20) | NASTY.map(lambda bait: bait[:200])
NUMBERS = st.integers(-(10**9), 10**9)
CURSORS = st.sampled_from(["", "1763900000.5 al_1", "x" * 1_990, "x" * 3_000, "%<&> " * 100])
COUNTS = st.integers(0, 10**9)
TIMES = st.floats(0, 1e12)
STOCKS = st.builds(Stock, SKUS, NUMBERS, COUNTS, COUNTS, COUNTS, TIMES | st.none())
TOLD = st.builds(Told, COUNTS | st.none(), COUNTS, TIMES, st.sampled_from(Push), WORDS, TIMES)
LEVELS = st.builds(
    Level,
    STOCKS,
    TIMES,
    told=st.dictionaries(WORDS, TOLD, max_size=12),
    sold=st.dictionaries(st.integers(0, 60), NUMBERS, max_size=30),
)
ENTRIES = st.builds(Entry, WORDS, SKUS, WORDS, NUMBERS, TIMES, st.sampled_from(Progress), WORDS, WORDS, WORDS, WORDS)
RETURNS = st.builds(ReturnRow, SKUS, TIMES, WORDS, COUNTS, WORDS, WORDS, WORDS, WORDS, WORDS)
ALERTS = st.builds(
    Alert,
    alert_id=st.uuids().map(str),
    kind=st.sampled_from(sorted(KINDS)),
    severity=st.sampled_from(Severity),
    sku=SKUS | st.just(""),
    message=WORDS,
    subject=WORDS,
    at=TIMES,
    state=st.sampled_from(State),
    count=COUNTS,
    acknowledged_by=WORDS,
    acknowledged_at=TIMES,
    resolved_at=TIMES,
    snoozed_until=TIMES,
)
CHANNELS = st.builds(ChannelHealth, WORDS, TIMES, COUNTS, TIMES, WORDS, st.booleans())
FACTS = st.builds(
    DigestFacts,
    since=TIMES,
    until=TIMES,
    movements=st.lists(st.builds(Movement, SKUS, COUNTS, COUNTS, COUNTS), max_size=8).map(tuple),
    soonest=st.lists(st.builds(RunningOut, SKUS, COUNTS, st.floats(0, 1e9)), max_size=5).map(tuple),
    alerts=st.lists(ALERTS, max_size=12).map(tuple),
    channels=st.lists(CHANNELS, max_size=8).map(tuple),
    pace=st.lists(COUNTS, max_size=14).map(tuple),
)
CONTROL = re.compile(r"<(?!@[UW][A-Z0-9]{1,30}>|!date\^\d+\^\{date_short_pretty\}(?: \{time\})?\|[\d :UTC-]+>)[^>]*>?")
BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")


def check(content: Content) -> None:
    """What Slack takes, and what people should get."""
    assert validate_blocks(list(content.blocks), Surface.MESSAGE) == []
    assert len(json.dumps(content.blocks, ensure_ascii=False).encode("utf-8", "replace")) <= 12_000
    assert content.text.strip()
    assert len(content.text) <= 4_000
    for shown in (content.text, *texts(list(content.blocks))):
        harmless(shown)


def texts(value: Any) -> list[str]:  # noqa: ANN401 -- any JSON
    """Every text that is shown as markup."""
    if isinstance(value, list):
        return [found for each in value for found in texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if value.get("type") == "mrkdwn" else []
    return own + [found for each in value.values() for found in texts(each)]


def harmless(shown: str) -> None:
    assert CONTROL.search(shown) is None, shown
    assert BARE_AMPERSAND.search(shown) is None, shown
    assert shown.count("`") % 2 == 0
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


HARD = settings(deadline=None, max_examples=40)


@HARD
@given(LEVELS, st.lists(ENTRIES, max_size=5), TIMES)
def test_the_stock_card(level: Level, entries: list[Entry], now: float) -> None:
    nearest = [entry.sku for entry in entries]
    check(stock.stock_card(level, entries, min(now, 86_400 * 60.0), nearest))


@HARD
@given(SKUS)
def test_a_sku_survives_the_way_through_a_button(sku: str) -> None:
    value = sku_values.pack(sku)

    assert sku_values.unpack(value) == sku
    assert not set("&<> ") & set(value)
    assert len(value) <= 2_000


@HARD
@given(WORDS, WORDS, STOCKS | st.none(), STOCKS)
def test_a_change(actor: str, verb: str, before: Stock | None, after: Stock) -> None:
    check(change.change_made(change.Announced(actor, "set", before, after, KEY, verb)))
    check(change.change_known(after))


@HARD
@given(SKUS, st.lists(ENTRIES, max_size=20), st.lists(RETURNS, max_size=20), TIMES, CURSORS)
def test_histories(sku: str, entries: list[Entry], back: list[ReturnRow], now: float, cursor: str) -> None:
    check(listings.history_list(sku, entries, now, cursor))
    check(listings.returns_list(sku, back, now, cursor))


@HARD
@given(ALERTS)
def test_an_alert(one: Alert) -> None:
    content = alert.alert_message(one)

    check(content)
    values = [
        element["value"]
        for block in content.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == alert.ACKNOWLEDGE
    ]
    assert values == ([one.alert_id] if one.state in (State.OPEN, State.SNOOZED) else [])


@pytest.mark.parametrize("bait", [*BAITS, "&" * 3_000, '"' * 3_000, "\U0001f469" * 3_000])
@pytest.mark.parametrize("state", State)
def test_an_alert_that_is_full_of_one_thing(bait: str, state: State) -> None:
    one = Alert("al_1", "oversold", Severity.CRITICAL, bait[:200], bait, "s", 1e12, state, acknowledged_by=bait)

    check(alert.alert_message(one))
    check(alert.alert_list([one] * 60))


@pytest.mark.parametrize("bait", [*BAITS, "&" * 3_000, '"' * 3_000, "\U0001f469" * 3_000])
def test_a_card_that_is_full_of_one_thing(bait: str) -> None:
    told = {f"{number}{bait}": Told(1, 1, 0.0, Push.OWED, bait) for number in range(30)}
    entries = [Entry("t", "s", bait, 1, 0.0, Progress.FAILED, bait, bait, bait, bait)] * 20
    back = [ReturnRow("s", 0.0, "r", 1, bait, bait, bait, bait, bait)] * 20
    level = Level(Stock(bait[:200], counted_at=0.0), told=told)

    check(stock.stock_card(level, entries, 1e9))
    check(stock.stock_card(Level(Stock(bait[:200])), entries, 1e9))
    check(listings.history_list(bait[:200], entries, 1e9))
    check(listings.returns_list(bait[:200], back, 1e9))


@HARD
@given(st.lists(ALERTS, max_size=60), CURSORS, st.integers(0, 200))
def test_the_list_of_alerts(alerts: list[Alert], cursor: str, total: int) -> None:
    content = alert.alert_list(alerts, cursor, total)

    check(content)
    held = [block["accessory"]["value"] for block in content.blocks if "accessory" in block]
    assert set(held) <= {one.alert_id for one in alerts if one.state is State.OPEN}


@HARD
@given(SKUS, st.lists(LEVELS, max_size=12), st.integers(0, 990), TIMES)
def test_what_is_found_and_what_is_low(query: str, levels: list[Level], start: int, now: float) -> None:
    for content in (
        listings.found_list(query, levels, start),
        listings.low_list(levels, min(now, 86_400 * 60.0), start),
    ):
        check(content)


@HARD
@given(ALERTS, WORDS)
def test_private_answers_about_an_alert(one: Alert, viewer: str) -> None:
    for content in (alert.already_handled(one, viewer), alert.yours_now(one), alert.no_longer_there()):
        check(content)


@HARD
@given(FACTS, st.booleans())
def test_the_digest(facts: DigestFacts, charted: bool) -> None:
    content = digest.digest(facts, chart=charted)

    check(content)
    assert "accessory" not in json.dumps(content.blocks)


@HARD
@given(WORDS, NUMBERS, COUNTS, st.booleans())
def test_notices(words: str, number: int, count: int, changes: bool) -> None:
    said = [
        *(notices.usage(command, words) for command in all_commands()),
        notices.help_text(all_commands()),
        notices.unknown_command(words),
        notices.unknown_action(),
        notices.not_installed(),
        notices.nobody(),
        notices.repeated(),
        notices.too_late(),
        notices.cannot(words),
        notices.not_allowed(words),
        notices.not_enough(words, number, count),
        notices.slow(notices.look_first(words), changes=changes),
        notices.unavailable(notices.look_first(words), changes=changes),
        notices.failure(words),
    ]
    for content in said:
        check(content)


@given(st.text(max_size=60), st.integers(2, 20))
def test_cutting_keeps_the_limit_and_whole_characters(words: str, limit: int) -> None:
    cut = text.clip(words, limit)

    assert len(cut) <= limit
    assert cut == words or cut.endswith("…")


def test_an_emoji_of_several_parts_is_kept_whole_or_left_out() -> None:
    assert text.clip(f"ab{FAMILY}cd", 6) == "ab…"


@given(st.lists(st.integers(0, 10**6), max_size=30))
def test_a_spark_line_has_a_bar_for_each_number_and_the_tallest_for_the_greatest(numbers: list[int]) -> None:
    line = figures.spark(numbers)

    assert len(line) == len(numbers)
    top = max(numbers, default=0)
    if top:
        assert line[numbers.index(top)] == "█"


@given(st.lists(WORDS.map(lambda words: words[:900]), max_size=40), st.integers(100, 9_000))
def test_rows_are_fitted_in_order_and_counted(rows: list[str], budget: int) -> None:
    fitted = blocks.fit(rows, budget)

    assert list(fitted.rows) == rows[: len(fitted.rows)]
    assert len(fitted.rows) + fitted.left_out == len(rows)
    assert sum(blocks.weight(row) for row in fitted.rows) <= budget
    assert (
        validate_blocks(blocks.paragraphs([row for row in fitted.rows if row]) or [blocks.divider()], Surface.MESSAGE)
        == []
    )


def test_times_are_said_as_people_say_them() -> None:
    said: list[tuple[Callable[[], str], str]] = [
        (lambda: figures.ago(100, 130), "just now"),
        (lambda: figures.ago(0, 600), "10 min ago"),
        (lambda: figures.ago(0, 3 * 3600), "3 h ago"),
        (lambda: figures.ago(0, 3 * 86400), "3 days ago"),
        (lambda: figures.days(0.44), "0.4 days"),
        (lambda: figures.days(1.0), "1 day"),
        (lambda: figures.days(12.4), "12 days"),
        (lambda: figures.count(1, "unit"), "1 unit"),
        (lambda: figures.count(1200, "unit"), "1,200 units"),
        (lambda: figures.utc(1_763_900_000), "2025-11-23 12:13 UTC"),
    ]
    for say, expected in said:
        assert say() == expected


def test_blocks_of_one_view_are_plain_data() -> None:
    block: Block = blocks.button("Acknowledge", "a", "v", "primary")

    assert json.loads(json.dumps(block)) == block
