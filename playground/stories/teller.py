"""Telling stories, one at a time, while everybody watches."""

import asyncio
from dataclasses import replace
from enum import StrEnum
from typing import Any

from playground.errors import RefusedError
from playground.stories import STORIES
from playground.stories.stage import HinderedError, Line, Stage, UntrueError
from playground.stories.story import Story

_LIMIT = 150.0
_MOVES = frozenset({"buy", "cancel", "refund", "return", "edit", "switch"})
_WORDS = frozenset({"say", "click", "submit"})
_SPOILT = " You did something in Slack meanwhile: if it was about this SKU, tell the story again undisturbed."


class Progress(StrEnum):
    """How far a story is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    HINDERED = "hindered"


class Teller:
    """Plays stories on the stage; whatever they switched on is off again when they end."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._story: Story | None = None
        self._progress = Progress.DONE
        self._lines: list[Line] = []
        self._task: asyncio.Task[None] | None = None
        self._disturbed = False

    def begin(self, name: str) -> None:
        """Start the story of that name; RefusedError while another runs, LookupError when there is none."""
        story = next((each for each in STORIES if each.name == name), None)
        if story is None:
            raise LookupError(f"there is no story {name}")
        if self._is_telling:
            raise RefusedError("a story is being told; wait for its end")
        self._story, self._lines, self._progress, self._disturbed = story, [], Progress.RUNNING, False
        self._task = asyncio.create_task(self._play(story, replace(self._stage, lines=self._lines)))

    def admit(self, action: str) -> None:
        """RefusedError for what would spoil the story that runs: the shops are the story's until its end."""
        if not self._is_telling or self._story is None:
            return
        if action in _MOVES:
            raise RefusedError(f"the shops are busy with the story {self._story.title!r}; wait for its end")
        self._disturbed = self._disturbed or action in _WORDS

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
        except HinderedError as error:
            self._end(stage, Progress.HINDERED, f"Not begun: {error}.")
        except (RefusedError, UntrueError, LookupError, TimeoutError) as error:
            why = f"This went wrong: {str(error) or 'it took too long'}."
            self._end(stage, Progress.FAILED, why + (_SPOILT if self._disturbed else ""))
        else:
            self._end(stage, Progress.DONE, "")
        finally:
            stage.calm()

    @property
    def _is_telling(self) -> bool:
        return self._task is not None and not self._task.done()

    def _end(self, stage: Stage, progress: Progress, last: str) -> None:
        self._progress = progress
        if last:
            stage.tell(last)
        self._stage.outside.changes.tell()
