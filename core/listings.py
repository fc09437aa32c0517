"""What a channel should show for a SKU: a pure function of the level and the channel's rule."""

from __future__ import annotations

from core.rules import WHOLE, Rule
from core.stock import Stock


def listed(stock: Stock, rule: Rule = WHOLE) -> int:
    """The quantity to show, never below 0."""
    spare = stock.physical - stock.buffer
    if spare <= rule.cut_off:
        return 0
    share = spare * rule.percent // 100
    return max(0, share if rule.max_listed is None else min(rule.max_listed, share))


def explain(stock: Stock, rule: Rule = WHOLE) -> str:
    """The arithmetic in words, such as `50 - 5 = 45, 90 % = 40, at most 30`."""
    spare = stock.physical - stock.buffer
    steps = [f"{stock.physical} - {stock.buffer} = {spare}"]
    if rule.percent != WHOLE.percent:
        steps.append(f"{rule.percent} % = {max(0, spare) * rule.percent // 100}")
    if rule.max_listed is not None:
        steps.append(f"at most {rule.max_listed}")
    if rule.cut_off:
        steps.append(f"none at {rule.cut_off} or fewer")
    return ", ".join(steps)
