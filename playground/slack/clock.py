"""A clock that stands still until somebody moves it."""


class HandClock:
    """Epoch seconds for whoever calls it; sleeping by it takes no time and moves it."""

    def __init__(self, now: float = 1_763_900_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The time it shows."""
        return self.now

    def move(self, seconds: float) -> None:
        """Let so much time pass."""
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        """Return at once, with the clock moved on by so much."""
        self.slept.append(seconds)
        self.move(seconds)
