"""Whether every channel can still be told and still tells us: looked at by the clock, put right, and said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from core.alert_desk import AlertDesk
from core.changes import Notice
from core.channels import title_of
from core.ports import Examined, Finding, Marketplace, Store

_SECOND_LOOK = 300.0
_NAMED = 3
_EXAMINED = b"1"


class Examiner:
    """Examines the marketplaces that are in use; `sleep` waits."""

    def __init__(
        self,
        store: Store,
        marketplaces: Iterable[Marketplace],
        desk: AlertDesk,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = {each.name: each for each in marketplaces if isinstance(each, Examined)}
        self._desk = desk
        self._sleep = sleep

    async def examine(self) -> None:
        """Look at every channel and mend what can be mended; what was wrong is an alert until a look finds nothing."""
        await asyncio.gather(*[self._examine(name, channel) for name, channel in self._channels.items()])

    async def _examine(self, name: str, channel: Examined) -> None:
        found = await channel.examine(mend=True)
        wrong = [finding for finding in found if finding.problem]
        if any(not finding.mended for finding in wrong):
            # A shop that is down for a moment is not one that is set up wrongly.
            await self._sleep(_SECOND_LOOK)
            again = {finding.check for finding in await channel.examine(mend=True) if finding.problem}
            wrong = [finding for finding in wrong if finding.mended or finding.check in again]
        if not await self._store.note(_note(name)):
            # What is made at the very first look was never gone.
            wrong = [finding for finding in wrong if not finding.mended]
            await self._store.save_note(_note(name), _EXAMINED)
        await self._say(name, wrong)

    async def _say(self, name: str, wrong: Sequence[Finding]) -> None:
        title, scope = title_of(name), f"{name}-connection"
        if not wrong:
            await self._desk.resolve("sync_failed", scope, f"All is well again between {title} and SyncState.")
            return
        text = "; ".join(map(_describe, wrong[:_NAMED]))
        more = f"; and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        checks = ",".join(f"{finding.check}:{finding.mended}" for finding in wrong)
        await self._desk.report(Notice(f"{name}@{checks}", "sync_failed", "", f"{text}{more}.", scope=scope))


def _describe(finding: Finding) -> str:
    outcome = "it has been put right" if finding.mended else finding.advice
    return f"{finding.check}: {finding.problem} ({outcome})"


def _note(name: str) -> str:
    return f"examined-{name}"
