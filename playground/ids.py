"""Ids as marketplaces make them: above 2**53, unique within a run, and random between runs."""

from random import Random
from uuid import UUID

BEYOND_DOUBLES = 7_100_000_000_000_000_000
STEP = 32_768


class Ids:
    """Numbers above 2**53 (so that a double would round them) and version 4 UUIDs, all from `rng`."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._last = BEYOND_DOUBLES + 2 * rng.randrange(10**17) + 1

    def number(self) -> int:
        """Return the next number: odd, larger than every one before, below 2**63."""
        self._last += STEP
        return self._last

    def uuid(self) -> str:
        """Return a fresh version 4 UUID."""
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def digits(self, count: int) -> str:
        """Return `count` decimal digits, the first one never 0."""
        return str(self._rng.randrange(10 ** (count - 1), 10**count))
