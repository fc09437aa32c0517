"""The README says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli import main
from core.variables import Variable
from settings import VARIABLES

_ROOT = Path(__file__).parents[2]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    rows = [line for line in _README.splitlines() if line.startswith("| `")]

    expected = [_row(each) for each in VARIABLES]

    assert rows == expected


def test_every_command_that_it_names_exists() -> None:
    texts = [_README, *(path.read_text(encoding="utf-8") for path in (_ROOT / "docs").glob("*.md"))]
    named = set(re.findall(r"(?:`|bin/|exec app )syncstate ([a-z]+)", "\n".join(texts)))

    assert named - set(main.commands) == set()
    assert set(main.commands) - named - {"playground", "export"} == set()


def test_every_guarantee_names_a_test_that_is_there() -> None:
    section = _README.partition("## What it guarantees")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row) for row in rows]

    assert len(rows) > 10
    assert all(len(each) == 1 for each in named)
    missing = [name for ((path, name),) in named if f"def {name}(" not in (_ROOT / path).read_text(encoding="utf-8")]
    assert missing == []


@pytest.mark.parametrize(
    "path", [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # Pictures are made, and checked, by the stories of the playground's page.
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#:]+)\)", text.replace("\n", " "))

    assert [link for link in links if not (path.parent / link).exists()] == []


def _row(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else ""
    return f"| `{variable.name}` | {default} | {variable.help}{' (secret)' if variable.secret else ''} |"
