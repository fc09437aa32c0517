"""Whether this machine's clock agrees with the one of whoever answered."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from core.ports import Finding

MOST_SECONDS = 60.0
_ADVICE = "keep this machine's time by NTP, as in timedatectl set-ntp true: Slack and AWS refuse what is 300 s off"


def judge(whose: str, date: str, now: float) -> Finding | None:
    """What the `Date` header of an answer that has just come says about our clock (epoch s); None where it is none."""
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
    off = now - theirs
    if abs(off) <= MOST_SECONDS:
        return Finding(f"The clock, by {whose}")
    way = "ahead" if off > 0 else "behind"
    return Finding(f"The clock, by {whose}", f"this machine is {abs(off):,.0f} s {way}", _ADVICE)
