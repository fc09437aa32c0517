"""A room for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack import SCOPES
from tests.bot.room import Room, a_room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path) as room:
        yield room
        assert {call.method for call in room.slack.calls} <= SCOPES.keys()
