"""Whether the settings say what was meant: names that are no settings, and what is open or closed by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import process

from core.ports import Finding
from settings import VARIABLES, Settings

_ALIKE = 85
_OURS = "SYNCSTATE_"
_NAMES = [name for each in VARIABLES for name in (each.name, *each.older)]
_FAMILIES = tuple({f"{each.name.partition('_')[0]}_" for each in VARIABLES if "_" in each.name} - {"AWS_"})
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def look_at_variables(env: Mapping[str, str], settings: Settings) -> Sequence[Finding]:
    """What is worth a word about settings that can be used."""
    count = sum(bool(env.get(name, "").strip()) for name in _NAMES)
    strangers = list(_strangers(env))
    return [*(strangers or [Finding(f"Settings ({count} set)")]), *_notes(settings)]


def _strangers(env: Mapping[str, str]) -> Iterator[Finding]:
    """Names that look like settings and are none: all of ours, and of the others those that are nearly one."""
    for name in sorted(env):
        if name in _NAMES or not name.startswith(_FAMILIES):
            continue
        near = process.extractOne(name, _NAMES, score_cutoff=_ALIKE)
        if near:
            yield Finding(name, "there is no such setting", f"write {near[0]}, or take it out")
        elif name.startswith(_OURS):
            yield Finding(name, "there is no such setting", "take it out; README has the table of all")


def _notes(settings: Settings) -> Iterator[Finding]:
    if not settings.api_tokens:
        yield Finding("The REST API", advice="closed; set SYNCSTATE_API_TOKENS to open it")
    if settings.host in _LOOPBACK and not settings.slack_app_token and settings.slack_bot_token:
        yield Finding(
            "HOST", advice=f"only this machine reaches {settings.host}; something must pass webhooks on to it"
        )
