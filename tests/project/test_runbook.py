"""The runbook knows every alert."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.alerts import KINDS

_RUNBOOK = (Path(__file__).parents[2] / "docs/runbook.md").read_text(encoding="utf-8")
_SECTIONS = {
    kind: (title, " ".join(text.split()))
    for kind, title, text in re.findall(r"^### `(\w+)`: ([^\n]+)\n(.*?)(?=^##|\Z)", _RUNBOOK, re.MULTILINE | re.DOTALL)
}


def test_it_has_every_kind_of_alert_and_no_other() -> None:
    assert list(_SECTIONS) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_under_its_title_what_it_means_and_what_to_do(kind: str) -> None:
    title, text = _SECTIONS[kind]

    assert title == KINDS[kind].title
    assert re.search(r"\*\*Means:\*\* .{40,}\*\*Do:\*\* .{20,}", text)
