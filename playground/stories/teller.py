"""Telling stories, one at a time, while everybody watches."""

import asyncio
from dataclasses import replace
from enum import StrEnum
from typing import Any

from playground.errors import RefusedError
from playground.stories import STORIES
from playground.stories.stage import Line, Stage, UntrueError
from playground.stories.story import Story

_LIMIT = 150.0


class Progress(StrEnum):
    """How far a story is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Teller:
    """Plays stories on the stage; whatever they switched on is off again when they end."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._story: Story | None = None
        self._progress = Progress.DONE
        self._lines: list[Line] = []
        self._task: asyncio.Task[None] | None = None

    def begin(self, name: str) -> None:
        """Start the story of that name; RefusedError while another runs, LookupError when there is none."""
        story = next((each for each in STORIES if each.name == name), None)
        if story is None:
            raise LookupError(f"there is no story {name}")
        if self._task is not None and not self._task.done():
            raise RefusedError("a story is being told; wait for its end")
        self._story, self._lines, self._progress = story, [], Progress.RUNNING
        self._task = asyncio.create_task(self._play(story, replace(self._stage, lines=self._lines)))

    def show(self) -> dict[str, Any] | None:
        """The story that runs or was the last to run, with its lines; None when there was none."""
        if self._story is None:
            return None
        lines = [{"at": line.at, "text": line.text} for line in self._lines]
        return {"name": self._story.name, "title": self._story.title, "progress": self._progress, "lines": lines}

    async def close(self) -> None:
        """Break off what runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _play(self, story: Story, stage: Stage) -> None:
        stage.calm()
        try:
            async with asyncio.timeout(_LIMIT):
                await story.play(stage)
        except (RefusedError, UntrueError, LookupError, TimeoutError) as error:
            self._end(stage, Progress.FAILED, f"This went wrong: {str(error) or 'it took too long'}.")
        else:
            self._end(stage, Progress.DONE, "")
        finally:
            stage.calm()

    def _end(self, stage: Stage, progress: Progress, last: str) -> None:
        self._progress = progress
        if last:
            stage.tell(last)
        self._stage.outside.changes.tell()
