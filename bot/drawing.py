"""Draws the digest's chart, as a process of its own: JSON on its input, a PNG on its output, no other effect.

Run by its path. It imports nothing of ours, holds itself to bounds of its own, and is the one user of matplotlib.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SECONDS = 20
_MEMORY = 2 * 2**30
_INK, _BAR, _LATE = "#1d1c1d", "#1f6f8b", "#c1443c"
_SOON = 3


def draw(facts: dict[str, Any]) -> bytes:
    """The picture: units sold a day, and beside them how many days what runs out first still lasts."""
    import matplotlib as mpl  # noqa: PLC0415 -- once the bounds are set
    from matplotlib.figure import Figure  # noqa: PLC0415

    mpl.rcParams.update({"text.parse_math": False, "font.size": 9, "text.color": _INK, "axes.edgecolor": "#c8c8c8"})
    figure = Figure(figsize=(9, 3.2), dpi=150, layout="constrained")
    if facts["soonest"]:
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _lasting(right, facts["soonest"])
    else:
        left = figure.subplots()
    _sold(left, facts)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _sold(axes: Axes, facts: dict[str, Any]) -> None:
    bars = axes.bar(facts["labels"], facts["sold"], color=_BAR)
    axes.bar_label(bars, labels=[f"{units:,}" if units else "" for units in facts["sold"]], fontsize=7)
    axes.set_title(facts["title"], loc="left")
    axes.tick_params(axis="x", labelrotation=45, labelsize=7, length=0)
    _plain(axes)
    axes.yaxis.set_visible(False)


def _lasting(axes: Axes, soonest: list[dict[str, Any]]) -> None:
    rows = soonest[::-1]
    places = range(len(rows))
    lasts = [row["days"] for row in rows]
    bars = axes.barh(places, lasts, color=[_LATE if days < _SOON else _BAR for days in lasts])
    axes.bar_label(bars, labels=[f" {days:.1f}" if days else " none left" for days in lasts], fontsize=8)
    axes.set_yticks(places, [row["sku"] for row in rows])
    axes.set_xlim(0, max(1.0, *lasts) * 1.25)
    axes.set_title("Days until it runs out", loc="left")
    _plain(axes)
    axes.xaxis.set_visible(False)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _bound() -> None:
    os.nice(10)
    for kind, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        with contextlib.suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    _bound()
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))
