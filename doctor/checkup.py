"""One visit: settings in, lines out, and the exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping

from core.ports import Finding
from doctor.areas import Patient, examine
from doctor.report import UNUSABLE, Report, hidden
from parts import World
from settings import VARIABLES, Settings, SettingsError, faults

_SHORTEST_SECRET = 4


def check_up(read: Callable[[], Mapping[str, str]], say: Callable[[str], None], *, mend: bool, as_json: bool) -> int:
    """Look at all that the environment names and say it; the exit code: 0 all right, 1 wrong, 2 settings unusable."""
    try:
        env = read()
    except SettingsError as error:
        return _unusable([error], say, as_json=as_json)
    if wrong := faults(env):
        return _unusable(wrong, say, as_json=as_json)
    report = Report(asyncio.run(examine(Patient(env, Settings.from_env(env), World(), mend))), mended=mend)
    text = report.as_json() if as_json else "\n".join(report.lines())
    say(hidden(text, _secrets(env)))
    return report.code


def _unusable(wrong: list[SettingsError], say: Callable[[str], None], *, as_json: bool) -> int:
    findings = [Finding(error.variable, error.advice, "set it right; README has the table of all") for error in wrong]
    if as_json:
        say(Report([("settings", findings)]).as_json())
    else:
        say("\n".join(f"wrong  {error}." for error in wrong))
    return UNUSABLE


def _secrets(env: Mapping[str, str]) -> Iterator[str]:
    """What must not be shown: the secrets whole, and each that is part of a list."""
    for variable in VARIABLES:
        for name in (variable.name, *variable.older):
            if variable.secret and env.get(name):
                parts = [part for piece in env[name].split(",") for part in (piece.strip(), piece.rpartition(":")[2])]
                yield from (part.strip() for part in (env[name], *parts) if len(part.strip()) >= _SHORTEST_SECRET)
    yield env.get("AWS_SECRET_ACCESS_KEY", "")
