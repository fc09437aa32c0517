"""manifest.yml is a valid Slack manifest and says exactly what the code serves."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml

from bot import examination
from bot.app import PATH
from bot.bolt import EVENTS
from bot.commands import all_commands
from bot.shortcuts import SHORTCUTS
from bot.slack import SCOPES
from playground.slack.methods.table import METHODS
from tests.bot.room import Room

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared/samples/slack/manifest.schema.2.0.0.json"
NEEDED = {"slash_commands": "commands", "shortcuts": "commands"}
EVENT_SCOPES = {"app_home_opened": "", "app_mention": "app_mentions:read", "message.im": "im:history"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "manifest.yml").read_text())
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not beside the project")
def test_the_manifest_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text()))


def test_its_commands_are_those_of_the_code(manifest: dict[str, Any]) -> None:
    declared = [command["command"] for command in manifest["features"]["slash_commands"]]

    assert sorted(declared) == sorted({command.SLASH for command in all_commands()})
    assert all(re.fullmatch(r"/[a-z0-9_-]{1,31}", command) for command in declared)


def test_the_usage_hint_names_every_sub_command(manifest: dict[str, Any]) -> None:
    (stock,) = (each for each in manifest["features"]["slash_commands"] if each["command"] == "/stock")

    hinted = [part.strip() for part in stock["usage_hint"].split("|")]
    served = [command.USAGE.removeprefix("/stock ") for command in all_commands() if command.SLASH == "/stock"]
    assert sorted(hinted) == sorted(served)


def test_its_events_are_those_of_the_code(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert manifest["features"]["app_home"]["home_tab_enabled"] is ("app_home_opened" in EVENTS)


def test_its_shortcuts_are_those_of_the_code(manifest: dict[str, Any]) -> None:
    declared = manifest["features"]["shortcuts"]

    assert [each["callback_id"] for each in declared] == list(SHORTCUTS)
    assert {each["type"] for each in declared} == {"message"}


async def test_every_declared_shortcut_is_answered(room: Room, manifest: dict[str, Any]) -> None:
    said = room.slack.say("warehouse", "#stock", "TEE-RED-M")
    for shortcut in manifest["features"]["shortcuts"]:
        assert (await room.person.shortcut("operator", said, shortcut["callback_id"])).ok

        assert room.slack.modal("operator") is not None


def test_its_scopes_are_those_that_the_code_needs_and_no_more(manifest: dict[str, Any]) -> None:
    needed = {scope for scopes in SCOPES.values() for scope in scopes}
    needed |= {scope for feature, scope in NEEDED.items() if manifest["features"].get(feature)}
    needed |= {EVENT_SCOPES[event] for event in EVENTS} - {""}

    declared = manifest["oauth_config"]["scopes"]["bot"]
    assert sorted(declared) == sorted(needed)
    assert declared == sorted(declared)


def test_the_doctor_wants_the_same_scopes_and_says_what_each_is_for(manifest: dict[str, Any]) -> None:
    assert list(examination.SCOPES) == manifest["oauth_config"]["scopes"]["bot"]
    assert all(examination.SCOPES.values())


def test_each_method_is_called_with_the_scope_that_slack_wants_for_it() -> None:
    for method, scopes in SCOPES.items():
        wanted = METHODS[method].scope
        assert (wanted in scopes) if wanted else not scopes


def test_every_address_is_the_one_endpoint_on_one_https_host(manifest: dict[str, Any]) -> None:
    text = (ROOT / "manifest.yml").read_text()
    urls = [urlsplit(url) for url in re.findall(r"\S*url: (\S+)", text)]

    assert {(url.scheme, url.path) for url in urls} == {("https", PATH)}
    assert len({url.hostname for url in urls}) == 1
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["socket_mode_enabled"] is False


async def test_every_declared_command_is_answered(room: Room, manifest: dict[str, Any]) -> None:
    for command in manifest["features"]["slash_commands"]:
        delivery = await room.person.command("operator", "#stock", command=command["command"])

        assert delivery.ok
        assert "is not a command of this app" not in delivery.answer
