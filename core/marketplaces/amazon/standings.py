"""What Amazon says of a listing's state; source: LISTINGS_ITEM_ISSUES_CHANGE and LISTINGS_ITEM_STATUS_CHANGE."""

from __future__ import annotations

from collections.abc import Mapping

from core.marketplaces.amazon.names import pick
from core.marketplaces.bodies import read_text, rows
from core.messages import Standing

_NAMED = 4
_WORD = 60
_ENFORCED = {
    "LISTING_SUPPRESSED": "it cannot be bought",
    "SEARCH_SUPPRESSED": "it is hidden from search",
    "ATTRIBUTE_SUPPRESSED": "some of its details are hidden",
    "CATALOG_ITEM_REMOVED": "it was removed from the catalogue",
}


def read_issues(sku: str, payload: Mapping[str, object], at: float) -> Standing:
    """Errors, and what Amazon does about them; mere warnings are no problem."""
    enforced = _words(pick(payload, "EnforcementActions"))
    said = [_ENFORCED.get(word, word) for word in enforced[:_NAMED]]
    if not said and "ERROR" in _words(pick(payload, "Severities")):
        said = ["it has errors"]
    return Standing(sku, "issues", ", ".join(said), at)


def read_status(sku: str, payload: Mapping[str, object], at: float) -> Standing:
    """Whether it can be bought: one with nothing to sell never can, and that is no problem."""
    buyable = "BUYABLE" in _words(pick(payload, "Status"))
    return Standing(sku, "status", "" if buyable else "it cannot be bought", at, unless_empty=True)


def _words(value: object) -> list[str]:
    return [word for each in rows(value) if (word := read_text(each, _WORD))]
