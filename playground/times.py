"""Epoch seconds as the marketplaces write them."""

from datetime import UTC, datetime, timedelta, timezone


def local(at: float, offset_hours: int) -> str:
    """Return whole seconds with an offset: `2026-11-23T13:05:00-05:00`."""
    zone = timezone(timedelta(hours=offset_hours))
    return datetime.fromtimestamp(int(at), zone).isoformat()


def utc(at: float, timespec: str = "seconds") -> str:
    """Return UTC with a Z: `2026-11-23T18:05:00Z`, or finer for another `timespec`."""
    moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec=timespec)}Z"
