"""The queue of notifications by its address."""

from __future__ import annotations

from core.marketplaces.amazon.letters import Queue


def open_mailbox(url: str, region: str) -> Queue | None:
    """The queue at the address, None where there is none; nothing is asked of it yet."""
    if not url:
        return None
    from core.marketplaces.amazon.sqs import open_queue  # noqa: PLC0415 - boto3 takes a while to import

    return open_queue(url, region)
