"""The digest's chart: as Slack's own block, as what a picture of it is drawn from, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.views.blocks import Block
from bot.views.figures import count, days
from bot.views.text import clean
from core.digest import DigestFacts

TITLE = "Units sold a day"
_POINTS = 20
_NAME = 24
_ALT = 1_000
_LONGEST = 60.0
_LATEST = 253_402_300_799.0


def bars(facts: DigestFacts) -> Block:
    """Units sold on each of the last days, as a `data_visualization` block (2026), which not every Slack takes."""
    labels, sold = _labels(facts), facts.pace[-_POINTS:]
    series = {"name": "Sold", "data": [{"label": each, "value": n} for each, n in zip(labels, sold, strict=True)]}
    chart = {"type": "bar", "series": [series], "axis_config": {"categories": list(labels)}}
    return {"type": "data_visualization", "title": TITLE, "chart": chart}


def drawing(facts: DigestFacts) -> Block:
    """What the picture is drawn from, as JSON: the bars, and how long what runs out first still lasts."""
    soonest = [{"sku": clean(item.sku, _NAME), "days": min(item.days, _LONGEST)} for item in facts.soonest]
    return {"title": TITLE, "labels": list(_labels(facts)), "sold": list(facts.pace[-_POINTS:]), "soonest": soonest}


def in_words(facts: DigestFacts) -> str:
    """What the picture shows, for whoever cannot see it; at most 1,000 characters."""
    labels, sold = _labels(facts), facts.pace[-_POINTS:]
    most = max(range(len(sold)), key=lambda index: sold[index], default=0)
    peak = f", most on {labels[most]} ({sold[most]:,})" if sold and sold[most] else ""
    named = [f"{clean(item.sku, _NAME)} in {days(item.days)}" for item in facts.soonest]
    out = f" Runs out first: {', '.join(named)}." if named else ""
    each = ", ".join(f"{units:,}" for units in sold)
    return f"Bar chart: {count(sum(sold), 'unit')} sold in {len(sold)} days{peak}; day by day {each}.{out}"[:_ALT]


def _labels(facts: DigestFacts) -> Sequence[str]:
    last = datetime.fromtimestamp(min(facts.until, _LATEST), UTC).date()
    back = range(min(_POINTS, len(facts.pace)) - 1, -1, -1)
    return tuple(f"{last - timedelta(days=number):%-d %b}" for number in back)
