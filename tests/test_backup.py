"""Backups, as somebody types them: taken beside a running server, put back only when they are whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.test_cli import Type, typed

__all__ = ["typed"]


@pytest.fixture
def shop(typed: Type, tmp_path: Path) -> Type:
    """A data file with some stock."""
    (tmp_path / "stock.csv").write_text("sku,physical\nTEE,50\nMUG,3\n")
    assert typed("import", tmp_path / "stock.csv").exit_code == 0
    return typed


def test_a_backup_is_taken_beside_whoever_holds_the_file(shop: Type, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "syncstate.lock", isolation_level=None)) as server:
        server.execute("BEGIN EXCLUSIVE")
        assert shop("backup", tmp_path / "monday.db").exit_code == 0
        refused = shop("restore", tmp_path / "monday.db")

    assert "is in use by another SyncState" in refused.stderr
    assert not list(tmp_path.glob("*.part"))


def test_what_is_restored_is_what_was_backed_up_and_what_it_replaced_is_kept(shop: Type, tmp_path: Path) -> None:
    before = shop("export").stdout
    shop("backup", tmp_path / "monday.db")
    (tmp_path / "more.csv").write_text("sku,physical\nTEE,1\nCAP,7\n")
    shop("import", tmp_path / "more.csv")

    answer = shop("restore", tmp_path / "monday.db")

    assert answer.exit_code == 0
    assert shop("export").stdout == before
    assert shop("audit").exit_code == 0
    (kept,) = (tmp_path / "data").glob("syncstate.db.replaced-*")
    with closing(sqlite3.connect(kept)) as replaced:
        assert replaced.execute("SELECT physical FROM stock WHERE sku = 'TEE'").fetchone() == (1,)


def test_a_backup_restores_into_an_empty_folder(shop: Type, tmp_path: Path) -> None:
    shop("backup", tmp_path / "monday.db")
    elsewhere = {"SYNCSTATE_DATA_DIR": str(tmp_path / "elsewhere")}

    assert shop("restore", tmp_path / "monday.db", env=elsewhere).exit_code == 0

    assert shop("export", env=elsewhere).stdout == shop("export").stdout


def test_every_channel_is_owed_after_a_restore(shop: Type, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "syncstate.db")) as db, db:
        columns = "sku, channel, quantity, version, at, status, error, owed_since"
        row = "'TEE', 'shopify', 45, 1, 1.0, 'confirmed', '', 0"
        db.execute(f"INSERT INTO told ({columns}) VALUES ({row})")  # noqa: S608 - our own words
    shop("backup", tmp_path / "monday.db")

    shop("restore", tmp_path / "monday.db")

    with closing(sqlite3.connect(tmp_path / "data" / "syncstate.db")) as db:
        assert db.execute("SELECT status, quantity FROM told").fetchall() == [("owed", 45)]


@pytest.mark.parametrize("damage", ["text", "cut", "stranger", "newer"])
def test_a_file_that_is_no_sound_backup_is_refused_and_changes_nothing(shop: Type, tmp_path: Path, damage: str) -> None:
    before = shop("export").stdout
    bad = tmp_path / "bad.db"
    shop("backup", bad)
    if damage == "text":
        bad.write_text("sku,physical\n" * 1_000)
    elif damage == "cut":
        bad.write_bytes(bad.read_bytes()[: bad.stat().st_size // 2])
    elif damage == "stranger":
        bad.unlink()
        with closing(sqlite3.connect(bad)) as db:
            db.execute("CREATE TABLE other (a)")
    else:
        with closing(sqlite3.connect(bad)) as db:
            db.execute("PRAGMA user_version = 99")

    answer = shop("restore", bad)

    assert answer.exit_code == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    assert str(bad) in answer.stderr
    assert shop("export").stdout == before


def test_a_backup_is_never_written_over_a_file(shop: Type, tmp_path: Path) -> None:
    (tmp_path / "monday.db").write_text("precious")

    answer = shop("backup", tmp_path / "monday.db")

    assert (answer.exit_code, (tmp_path / "monday.db").read_text()) == (1, "precious")


def test_a_backup_needs_a_name_and_something_to_copy(typed: Type, tmp_path: Path) -> None:
    assert "name the file" in typed("backup").stderr
    assert "there is no data file" in typed("backup", tmp_path / "monday.db").stderr
