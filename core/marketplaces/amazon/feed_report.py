"""What became of a feed, SKU by SKU; source: JSON_LISTINGS_FEED processing report, schema v2. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.errors import ChannelError
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.patches import refused
from core.marketplaces.bodies import read_text, rows, table
from core.ports import Pushed, Want

_REASON = 200


def read_report(report: Mapping[str, object], wants: Sequence[Want]) -> Sequence[Pushed]:
    """One answer for each want, whose message bore its place in the feed, counted from 1.

    ChannelError when the feed as a whole was refused, or when the report does not speak of all of it.
    """
    errors: dict[int, str] = {}
    places = {want.sku: place for place, want in enumerate(wants, 1)}
    for issue in map(table, rows(report.get("issues"))):
        if issue.get("severity") != "ERROR":
            continue
        reason = read_text(issue.get("message"), _REASON) or "no reason given"
        place = _place(issue, places, len(wants))
        if place is None:
            raise ChannelError(CHANNEL, f"a feed was refused: {reason}")
        errors[place] = f"{errors[place]}; {reason}"[:_REASON] if place in errors else reason
    processed = table(report.get("summary")).get("messagesProcessed")
    if not isinstance(processed, int) or processed < len(wants):
        raise ChannelError(CHANNEL, f"a feed's report speaks of {processed} of its {len(wants)} SKUs")
    return [
        refused(want, errors[place]) if place in errors else Pushed(want.sku, ok=True, listing=want.listing)
        for place, want in enumerate(wants, 1)
    ]


def _place(issue: Mapping[str, object], places: Mapping[str, int], most: int) -> int | None:
    place = issue.get("messageId")
    if isinstance(place, int) and 1 <= place <= most:
        return place
    sku = issue.get("sku")
    return places.get(sku) if isinstance(sku, str) else None
