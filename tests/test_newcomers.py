"""What goes wrong on the first day is answered by the real command in one plain line that says what to do."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.programs import free_port

ROOT = Path(__file__).parents[1]
NO_AWS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}
DYNAMODB = {"SYNCSTATE_STORE": "dynamodb", **NO_AWS}


def typed(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in an empty folder, as its own process that knows only these variables."""
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **(env or {})}
    command = [sys.executable, "-m", "cli", *words]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, timeout=60, check=False)


def the_line(answer: subprocess.CompletedProcess[str]) -> str:
    """The only line of a command that failed."""
    assert answer.returncode == 1
    assert answer.stdout == ""
    (line,) = answer.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize("command", ["serve", "playground"])
def test_a_port_that_is_taken_names_it_and_says_how_to_take_another(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = str(somebody.getsockname()[1])

        line = the_line(typed(tmp_path, command, env={"PORT": port}))

    assert port in line
    assert "in use" in line
    assert f"PORT={int(port) + 1}" in line
    assert "127.0.0.1" not in line


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN must be the bot token (xoxb-)"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN must be the app-level token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN must be set"),
        ({"SHOPIFY_SHOP": "example", "SHOPIFY_ACCESS_TOKEN": "t"}, "SHOPIFY_LOCATION_ID must be set"),
        ({"SYNCSTATE_DATA_DIR": "/proc/nowhere"}, "SYNCSTATE_DATA_DIR must name a folder that can be written"),
        ({"SYNCSTATE_DATA_DIR": "/proc"}, "SYNCSTATE_DATA_DIR must name a folder that can be written"),
    ],
)
def test_a_setting_that_cannot_work_is_named(tmp_path: Path, env: Mapping[str, str], says: str) -> None:
    assert says in the_line(typed(tmp_path, "serve", env={"PORT": str(free_port()), **env}))


def test_another_regions_address_of_amazon_is_named_with_the_right_one(tmp_path: Path) -> None:
    account = {
        "AMAZON_SELLER_ID": "A1",
        "AMAZON_MARKETPLACE_ID": "A1PA6795UKMFR9",
        "AMAZON_LWA_CLIENT_ID": "c",
        "AMAZON_LWA_CLIENT_SECRET": "s",
        "AMAZON_LWA_REFRESH_TOKEN": "r",
        "AMAZON_SP_API_URL": "https://sellingpartnerapi-na.amazon.com",
    }

    line = the_line(typed(tmp_path, "serve", env={"PORT": str(free_port()), **account}))

    assert "AMAZON_SP_API_URL" in line
    assert "https://sellingpartnerapi-eu.amazon.com" in line


def test_a_data_file_that_another_instance_holds_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "syncstate.lock", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        line = the_line(typed(tmp_path, "tables"))

    assert "is in use by another SyncState; stop that one or set SYNCSTATE_DATA_DIR" in line


@pytest.mark.parametrize("command", ["serve", "export"])
def test_a_data_file_that_is_damaged_or_newer_is_named_and_left_as_it_is(tmp_path: Path, command: str) -> None:
    file = tmp_path / "data" / "syncstate.db"
    file.parent.mkdir()
    file.write_bytes(b"no database" * 500)
    assert "data/syncstate.db cannot be used: file is not a database" in the_line(typed(tmp_path, command))
    assert file.read_bytes() == b"no database" * 500

    file.unlink()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "it was made by a newer SyncState" in the_line(typed(tmp_path, command))
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (99,)


@pytest.mark.parametrize(
    "content", ["sku,physical\nMÜTZE,5\n".encode("cp1252"), "sku,physical\nCAP,5\n".encode("utf-16")]
)
def test_a_spreadsheet_in_another_encoding_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "stock.csv").write_bytes(content)

    assert "file: is not UTF-8 text; save it as CSV UTF-8" in the_line(typed(tmp_path, "import", "stock.csv"))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("target", "why"), [("nowhere/copy.db", "no such file or directory"), ("file/copy.db", "not a directory")]
)
def test_a_backup_that_cannot_be_written_says_where_and_why(tmp_path: Path, target: str, why: str) -> None:
    (tmp_path / "file").touch()
    assert typed(tmp_path, "tables").returncode == 0

    assert the_line(typed(tmp_path, "backup", target)) == f"Error: file: {target} cannot be written ({why})"


def test_a_line_of_the_env_file_that_is_none_is_named_by_its_number_and_not_quoted(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=3001\n\n'my secret is hunter2\n")

    line = the_line(typed(tmp_path, "serve"))

    assert ".env line 3 must read NAME=value" in line
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({}, "AWS_REGION is not set"),
        ({"AWS_REGION": "eu-central-1"}, "there are no AWS credentials (set AWS_ACCESS_KEY_ID"),
        ({"AWS_REGION": "eu-central-1", "AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
        (
            {"AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
            "check AWS_REGION, AWS_ENDPOINT_URL and the network",
        ),
    ],
)
def test_a_dynamodb_that_cannot_be_asked_says_what_to_set(tmp_path: Path, env: Mapping[str, str], says: str) -> None:
    assert says in the_line(typed(tmp_path, "tables", env={**DYNAMODB, **env}))


def make_with(tmp_path: Path, pythons: Mapping[str, int], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make` in a fresh clone, on a machine with these Pythons, each of which answers with that exit code."""
    make = shutil.which("make")
    assert make is not None
    tools, place = tmp_path / "bin", tmp_path / "clone"
    tools.mkdir()
    for name in ("sh", "test", "cat", "echo", "pwd"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    for name, code in pythons.items():
        (tools / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tools / name).chmod(0o755)
    shutil.copytree(ROOT / "requirements", place / "requirements")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    env = {"PATH": str(tools)}
    return subprocess.run(
        [make, *arguments], cwd=place, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_python_that_is_too_old_is_refused_by_make_in_one_line(tmp_path: Path) -> None:
    old = dict.fromkeys(("python3", "python3.11", "python3.12", "python3.13"), 1)

    answer = make_with(tmp_path, old, "run")

    assert answer.returncode == 2
    (line,) = answer.stderr.strip().splitlines()
    assert "SyncState needs Python 3.11 or newer" in line


def test_a_python_that_was_asked_for_is_never_replaced_by_another(tmp_path: Path) -> None:
    answer = make_with(tmp_path, {"python3.13": 0, "old": 1}, "--dry-run", "setup", "PYTHON=old")

    assert answer.returncode == 2
    (line,) = answer.stderr.strip().splitlines()
    assert "SyncState needs Python 3.11 or newer" in line
