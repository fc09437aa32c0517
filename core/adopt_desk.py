"""Adoptions that people ask for: a dry run that makes an offer, which is taken up once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from core.adopt import NO_CHOICES, Choices, Conflicts
from core.adopter import Adopter
from core.adopting import Adopting, Offer, Phase, dump, hindrance, is_under_way, load
from core.errors import Ended, OfferEnded, SyncStateError, Unavailable
from core.ports import Store
from core.running import Hear, Running, Runs

_SIGN_EVERY = 5.0


@dataclass(slots=True)
class _Run:
    """One that sets: the offer as it was last signed, and how far it is."""

    offer: Offer
    report: Adopting


class AdoptDesk:
    """Begins them, one for each channel at a time; `clock` gives epoch seconds, `fresh_id` names offers."""

    def __init__(self, adopter: Adopter, store: Store, clock: Callable[[], float], fresh_id: Callable[[], str]) -> None:
        self._adopter = adopter
        self._store = store
        self._clock = clock
        self._fresh_id = fresh_id
        self._runs: Runs[Adopting] = Runs(lambda report, why: replace(report, trouble=why, ended=clock()))

    async def look(self, channel: str, by: str) -> Running[Adopting]:
        """Begin a dry run, which makes an offer in place of any other; what is under way already, if there is.

        BadInput for a channel that cannot be read, OfferEnded while another instance sets, Unavailable.
        """
        self._adopter.check(channel)
        known = self._runs.get(("adopt", channel)) or self._runs.get(("look to adopt", channel))
        if known is not None:
            return known
        self._check_free(channel, load(await self._store.note(_note(channel))))
        report = Adopting(channel, by, self._clock())
        return self._runs.begin(("look to adopt", channel), report, lambda hear: self._look(report, hear))

    async def take_up(
        self, channel: str, ticket: str, by: str, rule: Conflicts, choices: Choices = NO_CHOICES
    ) -> Running[Adopting]:
        """Begin to set what the channel shows now, once for each offer; OfferEnded, Unavailable.

        What channels disagree on goes by the choices, else by the rule.
        """
        offer = await self._move(channel, ticket, Phase.SETTING, by)
        run = _Run(offer, Adopting(channel, by, offer.at, sets=True))
        return self._runs.begin(("adopt", channel), run.report, lambda hear: self._set(run, rule, choices, hear))

    async def cancel(self, channel: str, ticket: str, by: str) -> None:
        """Let nobody take the offer up any more; OfferEnded, Unavailable."""
        await self._move(channel, ticket, Phase.CANCELLED, by)

    async def check(self, channel: str, ticket: str) -> None:
        """OfferEnded unless the offer can be taken up now; Unavailable."""
        self._check_open(channel, load(await self._store.note(_note(channel))), ticket)

    async def stop(self) -> None:
        """Break them off; what is set stays."""
        await self._runs.stop()

    async def _look(self, report: Adopting, hear: Hear[Adopting]) -> Adopting:
        async def on_read(number: int) -> None:
            hear(replace(report, read=number))

        plan = await self._adopter.plan(report.channel, Conflicts.SKIP, on_read)
        now = self._clock()
        offer = Offer(self._fresh_id(), Phase.OPEN, report.by, now, now)
        await self._offer(report.channel, offer)
        return replace(report, plan=plan, ticket=offer.ticket, ended=now)

    async def _offer(self, channel: str, offer: Offer) -> None:
        """Put the offer in place of any other that is not being taken up; OfferEnded."""
        while True:
            before = await self._store.note(_note(channel))
            self._check_free(channel, load(before))
            if await self._store.swap_note(_note(channel), before, dump(offer)):
                return

    def _check_free(self, channel: str, offer: Offer | None) -> None:
        if offer is not None and is_under_way(offer, self._clock()):
            raise OfferEnded(channel, Ended.UNDER_WAY, offer.by, offer.at, offer.count)

    async def _set(self, run: _Run, rule: Conflicts, choices: Choices, hear: Hear[Adopting]) -> Adopting:
        async def on_read(number: int) -> None:
            await self._sign(run, replace(run.report, read=number), hear)

        async def on_set(number: int) -> None:
            await self._sign(run, replace(run.report, count=number), hear)

        channel, by = run.report.channel, run.report.by
        try:
            plan = await self._adopter.plan(channel, rule, on_read, choices)
            run.report = replace(run.report, plan=plan)
            count = await self._adopter.carry_out(channel, plan, by, on_set)
        except (SyncStateError, asyncio.CancelledError):
            with suppress(Unavailable):  # without a sign of life it counts as broken off soon, too
                await self._save(run, Phase.BROKEN)
            raise
        run.report = replace(run.report, count=count, ended=self._clock())
        await self._save(run, Phase.SET)
        return run.report

    async def _sign(self, run: _Run, report: Adopting, hear: Hear[Adopting]) -> None:
        """Let others see how far it is."""
        run.report = report
        hear(report)
        if self._clock() - run.offer.alive >= _SIGN_EVERY:
            await self._save(run, Phase.SETTING)

    async def _save(self, run: _Run, phase: Phase) -> None:
        now = self._clock()
        at = run.offer.at if phase is Phase.SETTING else now
        run.offer = replace(run.offer, phase=phase, at=at, alive=now, count=run.report.count)
        await self._store.save_note(_note(run.report.channel), dump(run.offer))

    async def _move(self, channel: str, ticket: str, phase: Phase, by: str) -> Offer:
        """Take the offer to that phase, as the first and only one; OfferEnded."""
        while True:
            known = await self._store.note(_note(channel))
            offer, now = self._check_open(channel, load(known), ticket), self._clock()
            moved = replace(offer, phase=phase, by=by, at=now, alive=now)
            if await self._store.swap_note(_note(channel), known, dump(moved)):
                return moved

    def _check_open(self, channel: str, offer: Offer | None, ticket: str) -> Offer:
        if offer is None:
            raise OfferEnded(channel, Ended.REPLACED)
        why = hindrance(offer, ticket, self._clock())
        if why is not None:
            raise OfferEnded(channel, why, offer.by, offer.at, offer.count)
        return offer


def _note(channel: str) -> str:
    return f"adoption#{channel}"
