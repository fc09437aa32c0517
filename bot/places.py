"""The ids of channels that are configured by name: Slack posts by name, but looks back only by id."""

from __future__ import annotations

from core.ports import Store


class Places:
    """Learns ids from what was posted and keeps them in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[str, str] = {}

    async def id_of(self, channel: str, team: str = "") -> str:
        """The id of the channel, or the name itself while nothing was posted there yet.

        `team` keeps the channels of a further installation apart from those of the first.
        """
        note = _note(channel, team)
        if note not in self._ids:
            known = await self._store.note(note)
            return known.decode() if known else channel
        return self._ids[note]

    async def learn(self, channel: str, channel_id: str, team: str = "") -> None:
        """A message for the channel of this name went to the one with this id."""
        note = _note(channel, team)
        if channel_id not in ("", channel, self._ids.get(note)):
            self._ids[note] = channel_id
            await self._store.save_note(note, channel_id.encode())


def _note(channel: str, team: str) -> str:
    return f"slack_channel#{f'{team}#' if team else ''}{channel}"
