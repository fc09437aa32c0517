"""A token bucket that makes its callers wait instead of turning them away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

_MARGIN = 0.01  # the channel's clock and ours do not agree to the last digit


class Bucket:
    """Points that come back at `rate` a second, up to `burst`; `sleep` waits, `clock` gives seconds."""

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._points = burst
        self._clock = clock
        self._at = clock()
        self._sleep = sleep

    async def take(self, points: float = 1.0) -> None:
        """Return once `points` are there; who asks first is served first."""
        self._settle()
        self._points -= points
        if self._points < 0:
            await self._sleep(-self._points / self._rate + _MARGIN)

    async def take_spare(self, points: float, share: float) -> None:
        """The same once a `share` of the burst is left besides, for those who must not wait behind this one."""
        while True:
            self._settle()
            least = min(points + share * self._burst, self._burst)
            if self._points >= least:
                break
            await self._sleep((least - self._points) / self._rate + _MARGIN)
        await self.take(points)

    def correct(self, points: float, rate: float, burst: float) -> None:
        """Believe the channel: so many points are left now, and they come back like this."""
        self._points, self._at = points, self._clock()
        self._rate, self._burst = max(rate, 0.01), burst

    def keep_to(self, rate: float) -> None:
        """Believe the channel: points come back at this rate from now on."""
        self._settle()
        self._rate = rate

    def hold(self, seconds: float) -> None:
        """Let nobody through for that long."""
        self._settle()
        self._points = min(self._points, 1.0 - seconds * self._rate)

    def _settle(self) -> None:
        now = self._clock()
        self._points = min(self._burst, self._points + (now - self._at) * self._rate)
        self._at = now
