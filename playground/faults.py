"""What can go wrong between two parties, as switches."""

from enum import StrEnum

from playground.changes import Changes


class Fault(StrEnum):
    """A fault of the API (the first five) or of the webhook delivery (the last four)."""

    OFFLINE = "offline"
    SLOW = "slow"
    LATE = "late"
    LOST_REPLY = "lost_reply"
    THROTTLED = "throttled"
    DUPLICATE = "duplicate"
    SHUFFLE = "shuffle"
    DROP = "drop"
    DELAY = "delay"


API_FAULTS = (Fault.OFFLINE, Fault.SLOW, Fault.LATE, Fault.LOST_REPLY, Fault.THROTTLED)
DELIVERY_FAULTS = (Fault.DUPLICATE, Fault.SHUFFLE, Fault.DROP, Fault.DELAY)


class Faults:
    """Which faults are on, each for good or for its next few strikes."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._left: dict[Fault, int | None] = {}

    def switch_on(self, fault: Fault, times: int | None = None) -> None:
        """Let `fault` strike from now on, or only the next `times` times."""
        self._left[fault] = times
        self._changes.tell()

    def switch_off(self, fault: Fault) -> None:
        """End `fault`; whatever it holds up goes on."""
        self._left.pop(fault, None)
        self._changes.tell()

    def is_on(self, fault: Fault) -> bool:
        """Tell whether `fault` would strike, without counting."""
        return fault in self._left

    def strikes(self, fault: Fault) -> bool:
        """Tell whether `fault` strikes now, and count it."""
        if fault not in self._left:
            return False
        left = self._left[fault]
        if left == 1:
            self.switch_off(fault)
        elif left is not None:
            self._left[fault] = left - 1
        return True

    async def wait_out(self, fault: Fault) -> None:
        """Return once `fault` is off: at once when it is."""
        await self._changes.wait_for(lambda: not self.is_on(fault), within=None)

    def active(self) -> tuple[Fault, ...]:
        """Return the faults that are on, in the order of their definition."""
        return tuple(fault for fault in Fault if fault in self._left)
