"""The README says what is so."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from cli import main
from core.variables import Variable
from settings import VARIABLES

_README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    rows = [line for line in _README.splitlines() if line.startswith("| `")]

    expected = [_row(each) for each in VARIABLES]

    assert rows == expected


def test_every_command_that_it_names_exists() -> None:
    named = {line.split()[1] for line in _README.splitlines() if line.startswith(".venv/bin/syncstate ")}

    shown = CliRunner().invoke(main, ["--help"]).output

    assert named <= set(shown.split())


def _row(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else ""
    return f"| `{variable.name}` | {default} | {variable.help}{' (secret)' if variable.secret else ''} |"
