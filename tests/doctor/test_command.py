"""The real command, in a process of its own: its exit code, its lines, and what it never shows."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.ward import SECRETS, Ward
from tests.flows.dynamodb_server import dynamodb_server
from tests.flows.instance import Instance, free_port

AWS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local-aws-secret"}


async def ask(instance: Instance, *words: str) -> tuple[int, str]:
    """Exit code and all that the doctor says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "cli", "doctor", *words),
        cwd=instance.folder,
        env=instance.whole_env(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def states(said: str) -> dict[str, str]:
    report: dict[str, Any] = json.loads(said)
    return {each["check"]: each["state"] for each in report["findings"]}


@pytest.fixture
async def instance(ward: Ward, tmp_path: Path) -> Instance:
    return Instance({**ward.env, **AWS}, int(ward.env["PORT"]), tmp_path)


async def test_it_looks_beside_a_running_server_and_harms_nothing(instance: Instance) -> None:
    await instance.start()
    try:
        code, said = await ask(instance)

        assert code == 0, said
        assert said.splitlines()[-1] == "All is well."
        assert (await instance.http.get("/readyz")).status_code == 200
    finally:
        await instance.stop()


async def test_what_is_wrong_is_exit_code_1_and_one_line_each(instance: Instance) -> None:
    instance.env = {**instance.env, "SLACK_BOT_TOKEN": "xoxb-wrong", "SYNCSTATE_ALERT_CHANNEL": "C1"}

    code, said = await ask(instance)

    assert code == 1
    lines = said.splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("wrong")] == [
        "wrong  SYNCSTATE_ALERT_CHANNEL",
        "wrong  Slack's token",
    ]
    assert all(line.startswith(("ok ", "note ", "wrong ")) and line.endswith(".") for line in lines[:-1])
    assert lines[-1] == "2 to put right; syncstate doctor --fix makes what it can."
    _, said = await ask(instance, "--fix")
    assert said.splitlines()[-1] == "2 to put right; what could be made has been made."


async def test_unusable_settings_are_exit_code_2_and_all_named(instance: Instance) -> None:
    instance.env = {"PORT": "x", "SYNCSTATE_STORE": "mongo", "SHOPIFY_CLIENT_ID": "x", "AMAZON_LWA_CLIENT_ID": "x"}
    (instance.folder / ".env").write_text("SYNCSTATE_TIMEZONE=Mars\n")

    code, said = await ask(instance)

    assert code == 2
    for name in ("SYNCSTATE_STORE", "SHOPIFY_CLIENT_SECRET", "AMAZON_SELLER_ID", "SYNCSTATE_TIMEZONE"):
        assert f"wrong  {name} must be" in said
    assert (await ask(instance, "--json"))[0] == 2


async def test_as_json_it_says_the_same_to_scripts(instance: Instance) -> None:
    code, said = await ask(instance, "--json")

    assert code == 0
    assert json.loads(said)["ok"] is True
    assert set(states(said).values()) == {"ok", "note"}


async def test_no_secret_is_ever_shown(instance: Instance) -> None:
    _, well = await ask(instance, "--json")
    instance.env = {**instance.env, "SHOPIFY_ACCESS_TOKEN": "shpat-wrong-one", "SLACK_BOT_TOKEN": "xoxb-wrong-one"}
    _, wrong = await ask(instance)

    secrets = (*SECRETS, "shpat-wrong-one", "xoxb-wrong-one", "local-aws-secret")
    assert [each for each in secrets if each in well + wrong] == []


async def test_tables_that_are_missing_are_found_and_made_by_fix(tmp_path: Path) -> None:
    with dynamodb_server() as variables:
        instance = Instance({**variables, "SYNCSTATE_API_TOKENS": "me:read:letmein"}, free_port(), tmp_path)
        first = await ask(instance)
        fixed, said = await ask(instance, "--fix", "--json")
        last, _ = await ask(instance)

    prefix = variables["SYNCSTATE_TABLE_PREFIX"]
    assert first[0] == 1
    assert f"{prefix}Inventory: there is no such table" in first[1]
    assert (fixed, last) == (0, 0)
    assert states(said)[f"{prefix}Transactions"] == "fixed"
