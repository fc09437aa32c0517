"""The `syncstate` command, as somebody types it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from core.stores.sqlite import SqliteStore

Type = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path) -> Type:
    """Type a command in an empty folder with these variables set; the data file is kept between commands."""
    runner = CliRunner()

    def run(*words: str, env: dict[str, str] | None = None) -> Result:
        known = {"SYNCSTATE_DATA_DIR": str(tmp_path / "data"), **(env or {})}
        return runner.invoke(main, _strings(words), env=known, catch_exceptions=False)

    return run


def test_an_import_is_exported_again_unchanged(typed: Type, tmp_path: Path) -> None:
    lines = "sku,physical,buffer,low_at\r\n'=CAP,7,0,5\r\nMUG,3,1,2\r\nTEE RED,50,5,5\r\n"
    (tmp_path / "stock.csv").write_text(lines, newline="")

    assert typed("import", tmp_path / "stock.csv").exit_code == 0

    typed("export", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes().decode() == lines


def test_a_refused_line_is_named_and_the_good_ones_count(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("SKU;Physical\nTEE;50\nCAP;many\n;3\nTEE;4\n")

    answer = typed("import", tmp_path / "stock.csv")

    assert answer.exit_code == 2
    assert answer.stdout.strip() == "1 SKU set, 3 lines refused."
    assert [line.split(":")[0] for line in answer.stderr.splitlines()] == ["line 3", "line 4", "line 5"]
    assert "TEE,50,0,5" in typed("export").stdout


def test_a_dry_run_changes_nothing(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("sku,physical\nTEE,50\n")

    assert "would be set" in typed("import", "--dry-run", tmp_path / "stock.csv").stdout

    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("export", "FOLDER/copy.csv"), "there is no data file"),
        (("audit",), "there is no data file"),
        (("backup",), "name the file that the backup goes to"),
        (("backup", "FOLDER/copy.db"), "there is no data file"),
        (("adopt", "shopify", "--dry-run"), "SHOPIFY_SHOP is not set"),
        (("doctor",), "to put right"),
    ],
    ids=str,
)
def test_what_only_looks_leaves_nothing_behind(typed: Type, tmp_path: Path, words: Sequence[str], says: str) -> None:
    answer = typed(*[word.replace("FOLDER", str(tmp_path)) for word in words])

    assert answer.exit_code == 1
    assert says in answer.output
    assert list(tmp_path.iterdir()) == []


def test_an_export_is_written_beside_the_process_that_holds_the_file(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("sku,physical\nTEE,50\n")
    typed("import", tmp_path / "stock.csv")

    async def export() -> str:
        store = SqliteStore(tmp_path / "data" / "syncstate.db", time.time)
        await store.open()
        try:
            return (await asyncio.to_thread(typed, "export")).stdout
        finally:
            await store.close()

    assert asyncio.run(export()).splitlines()[-1] == "TEE,50,0,5"


def test_the_older_file_store_is_taken_over(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text(json.dumps({"TEE": {"physical": 9, "buffer": 2, "lastBroadcast": None}}))

    typed("import", tmp_path / "store.json")

    assert "TEE,9,2,5" in typed("export").stdout


def test_what_the_older_tables_hold_is_taken_over_from_a_scan(typed: Type, tmp_path: Path) -> None:
    rows = [
        {"sku": {"S": "TEE"}, "physical": {"N": "9"}, "buffer": {"N": "2"}, "lastBroadcast": {"M": {}}},
        {"sku": {"S": "CAP"}, "buffer": {"N": "1"}},
        {"physical": {"N": "1"}},
        {"sku": {"S": "MUG"}, "physical": {"N": "-4"}},
        "junk",
    ]
    (tmp_path / "old.json").write_text(json.dumps({"Items": rows, "Count": len(rows), "ScannedCount": len(rows)}))

    answer = typed("import", tmp_path / "old.json")

    assert answer.stdout.strip() == "2 SKUs set, 3 lines refused."
    assert [line.split(":")[0] for line in answer.stderr.splitlines()] == ["line 3", "line 4", "line 5"]
    assert "TEE,9,2,5" in typed("export").stdout


@pytest.mark.parametrize(
    ("words", "env", "says"),
    [
        (["serve"], {"SYNCSTATE_STORE": "mongo"}, "SYNCSTATE_STORE"),
        (["serve"], {"PORT": "http"}, "PORT"),
        (["job", "sing"], {}, "sweep"),
        (["send", "order", "--sku", "TEE"], {"SHOPIFY_WEBHOOK_SECRET": ""}, "SHOPIFY_WEBHOOK_SECRET"),
        (
            ["send", "order", "--sku", "TEE", "--url", "http://127.0.0.1:9"],
            {"SHOPIFY_WEBHOOK_SECRET": "shh"},
            "nobody answers",
        ),
        (["tables"], {"SYNCSTATE_DATA_DIR": "/proc/nowhere"}, "SYNCSTATE_DATA_DIR"),
        (["serve"], {"HOST": "192.0.2.1"}, "HOST"),
        (["tables"], {"SYNCSTATE_STORE": "dynamodb", "AWS_CONFIG_FILE": "/nowhere"}, "AWS_REGION"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(typed: Type, words: Sequence[str], env: dict[str, str], says: str) -> None:
    answer = typed(*words, env=env)

    assert answer.exit_code == 1
    assert says in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def _strings(words: Sequence[object]) -> list[str]:
    return [str(word) for word in words]
