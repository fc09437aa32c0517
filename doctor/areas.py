"""What is looked at, area by area: each gives its findings, and what it opens it closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import httpx2

from bot.examination import SlackExamination
from bot.people import Workspace
from bot.slack import Slack
from core.channels import title_of
from core.errors import SyncStateError
from core.marketplaces.plug import Plug
from core.ports import Examined, Finding
from core.skew import judge
from doctor.reach import look_at_address
from doctor.variables import look_at_variables
from parts import World, make_store
from settings import Settings

PATIENCE = 120.0
_AGAIN = "set it right, then run syncstate doctor again"
Look: TypeAlias = Callable[["Patient"], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation that is looked at; `dates` gathers what others' clocks say. `mend`: make what can be made."""

    env: Mapping[str, str]
    settings: Settings
    world: World
    mend: bool
    dates: dict[str, Finding] = field(default_factory=dict)

    def hear(self, answer: httpx2.Response) -> None:
        """Compare our clock with that of whoever answered."""
        host = answer.url.host
        finding = judge(host, answer.headers.get("date", ""), self.world.clock())
        if finding is not None:
            self.dates.setdefault(host, finding)


async def examine(patient: Patient) -> list[tuple[str, Sequence[Finding]]]:
    """The findings of each area; areas are looked at side by side, and none can keep another from being looked at."""
    found = await asyncio.gather(*(_bounded(name, look, patient) for name, look in AREAS.items()))
    clocks = [finding for finding in patient.dates.values() if finding.problem] or list(patient.dates.values())[:1]
    return [*zip(AREAS, found, strict=True), ("clock", clocks)]


async def _bounded(name: str, look: Look, patient: Patient) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await look(patient)
    except TimeoutError:
        return [Finding(name.capitalize(), f"it was not looked through within {PATIENCE:.0f} s", "run it again")]
    except SyncStateError as error:
        return [Finding(name.capitalize(), str(error), _AGAIN)]


async def _settings(patient: Patient) -> Sequence[Finding]:
    await asyncio.sleep(0)
    return look_at_variables(patient.env, patient.settings)


async def _store(patient: Patient) -> Sequence[Finding]:
    store = make_store(patient.settings, patient.world, (), watching=True)
    try:
        return await store.examine(mend=patient.mend) if isinstance(store, Examined) else []
    finally:
        await store.close()


async def _address(patient: Patient) -> Sequence[Finding]:
    return await look_at_address(patient.settings, patient.world)


async def _slack(patient: Patient) -> Sequence[Finding]:
    settings = patient.settings
    if not settings.slack_bot_token:
        return [Finding("Slack", advice="not connected; the README says how")]
    places = {
        "SYNCSTATE_ALERTS_CHANNEL": settings.alerts_channel,
        "SYNCSTATE_DIGEST_CHANNEL": settings.digest_channel,
        "SYNCSTATE_ESCALATION_CHANNEL": settings.escalation_channel,
    }
    slack = Slack(settings.slack_api_url)
    await slack.open()
    try:
        looked = SlackExamination(
            slack,
            Workspace(token=settings.slack_bot_token.reveal()),
            places,
            bool(settings.slack_signing_secret),
            settings.slack_app_token.reveal(),
            patient.world.clock,
        )
        return await looked.examine(mend=patient.mend)
    finally:
        await slack.close()


async def _marketplaces(patient: Patient) -> Sequence[Finding]:
    looks = await asyncio.gather(*(_marketplace(plug, patient) for plug in patient.settings.plugs))
    return [finding for findings in looks for finding in findings]


async def _marketplace(plug: Plug, patient: Patient) -> Sequence[Finding]:
    title = title_of(plug.name)
    try:
        channel = plug.make(patient.settings.given, replace(patient.world, heard=patient.hear))
    except SyncStateError as error:
        return [Finding(title, str(error), _AGAIN)]
    try:
        if not channel.can_push:
            return [_unconnected(plug, title, patient.env)]
        return await channel.examine(mend=patient.mend) if isinstance(channel, Examined) else []
    finally:
        await channel.close()


def _unconnected(plug: Plug, title: str, env: Mapping[str, str]) -> Finding:
    begun, lacking = plug.begun(env), plug.lacking(env)
    if not begun or not lacking:
        return Finding(title, advice="not connected; the README says how")
    take_out = f"set {_listed(lacking)} as the README says, or take {_listed(begun)} out"
    return Finding(title, f"not connected: of its account there is only {_listed(begun)}", take_out)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


AREAS: Mapping[str, Look] = {
    "settings": _settings,
    "store": _store,
    "address": _address,
    "slack": _slack,
    "marketplaces": _marketplaces,
}
