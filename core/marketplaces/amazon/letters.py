"""What a queue holds, and what is asked of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a queue: `receipt` is what deletes it, `tries` how often it was handed out."""

    letter_id: str
    receipt: str
    body: bytes
    tries: int


class Queue(Protocol):
    """A queue whose every call blocks its thread and raises ChannelError."""

    def receive(self, visibility: int, wait: int = ...) -> Sequence[Letter]:
        """Up to 10 letters, hidden from others for `visibility` seconds; waits up to `wait` seconds for the first."""

    def delete(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """Delete the letters; those that the queue failed to delete."""

    def hide(self, letters: Sequence[Letter], seconds: int) -> None:
        """Hide the letters from everybody for that long from now on (0: show them at once)."""

    def arn(self) -> str:
        """The queue's Amazon Resource Name."""
