"""The ids of channels that are configured by name: Slack posts by name, but looks back only by id."""

from __future__ import annotations

from core.ports import Store


class Places:
    """Learns ids from what was posted and keeps them in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[str, str] = {}

    async def id_of(self, channel: str) -> str:
        """The id of the channel, or the name itself while nothing was posted there yet."""
        if channel not in self._ids:
            known = await self._store.note(_note(channel))
            return known.decode() if known else channel
        return self._ids[channel]

    async def learn(self, channel: str, channel_id: str) -> None:
        """A message for the channel of this name went to the one with this id."""
        if channel_id not in ("", channel, self._ids.get(channel)):
            self._ids[channel] = channel_id
            await self._store.save_note(_note(channel), channel_id.encode())


def _note(channel: str) -> str:
    return f"slack_channel#{channel}"
