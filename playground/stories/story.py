"""What a story is: a name, what one will see, and what happens on the stage."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playground.stories.stage import Stage


@dataclass(frozen=True, slots=True)
class Story:
    """`play` tells its lines to the stage as they come true; it raises when something does not."""

    name: str
    title: str
    help: str
    play: Callable[[Stage], Awaitable[None]]
