"""Findings as lines for people, as JSON for scripts, and as an exit code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from core.ports import Finding

ALL_RIGHT, SOMETHING_WRONG, UNUSABLE = 0, 1, 2
_NAMED = 3


class State(StrEnum):
    """What became of one thing that was looked at."""

    OK = "ok"
    NOTE = "note"
    FIXED = "fixed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found, by area; `mended`: what can be made has been made already."""

    areas: Sequence[tuple[str, Sequence[Finding]]]
    mended: bool = False

    @property
    def wrong(self) -> int:
        """How many things are wrong."""
        return sum(state_of(finding) is State.WRONG for _, findings in self.areas for finding in findings)

    @property
    def code(self) -> int:
        """The exit code."""
        return SOMETHING_WRONG if self.wrong else ALL_RIGHT

    def lines(self) -> Iterator[str]:
        """One line for each finding; many of one kind share a line."""
        for _, findings in self.areas:
            yield from map(_line, _gathered(findings))
        yield self._last()

    def _last(self) -> str:
        if not self.wrong:
            return "All is well."
        made = "what could be made has been made" if self.mended else "syncstate doctor --fix makes what it can"
        return f"{self.wrong} to put right; {made}."

    def as_json(self) -> str:
        """One JSON object: `ok`, and `findings` with area, check, state, problem and advice."""
        rows = [
            {
                "area": area,
                "check": finding.check,
                "state": state_of(finding),
                "problem": finding.problem,
                "advice": finding.advice,
            }
            for area, findings in self.areas
            for finding in findings
        ]
        return json.dumps({"ok": not self.wrong, "findings": rows}, ensure_ascii=False, indent=2)


def state_of(finding: Finding) -> State:
    """What became of it."""
    if finding.mended:
        return State.FIXED
    if finding.problem:
        return State.WRONG
    return State.NOTE if finding.advice else State.OK


def _gathered(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, those beside each other that differ only in the end of what was looked at as one."""
    for _, group in groupby(findings, key=lambda each: (each.check.partition(": ")[0], each.problem, each.advice)):
        first, *others = group
        if not others:
            yield first
            continue
        head = first.check.partition(": ")[0]
        ends = [each.check.partition(": ")[2] for each in (first, *others)]
        more = f" and {len(ends) - _NAMED} more" if len(ends) > _NAMED else ""
        yield Finding(f"{head}: {', '.join(ends[:_NAMED])}{more}", first.problem, first.advice, first.mended)


def _line(finding: Finding) -> str:
    state = state_of(finding)
    match state:
        case State.OK:
            told = finding.check
        case State.NOTE:
            told = f"{finding.check}: {finding.advice}"
        case State.FIXED:
            told = f"{finding.check}: {finding.problem or 'it was missing'}; it has been put right"
        case State.WRONG:
            told = f"{finding.check}: {finding.problem}. Do this: {finding.advice}"
    return f"{state:<5}  {' '.join(told.split())}."


def hidden(text: str, secrets: Iterable[str]) -> str:
    """The text without any of the secrets, whoever quoted one."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
