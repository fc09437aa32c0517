"""An answer within Slack's patience, whatever the store does: every known failure as a plain sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from bot.call import Reply
from bot.views import notices
from bot.views.blocks import Content
from bot.views.undo import not_undone
from core.errors import AlreadyHandled, CannotUndo, IsBundle, NotEnoughStock, Unavailable

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an answer may take (seconds), whether it changes anything, and what to look at when that is unknown.

    `viewer` is the user id of who is answered.
    """

    seconds: float
    changes: bool = False
    look_at: str = ""
    viewer: str = ""


async def answer(work: Awaitable[R], bounds: Bounds) -> R | Reply:
    """What the work answers, or why there is no answer; unknown errors are raised."""
    try:
        async with asyncio.timeout(bounds.seconds):
            return await work
    except TimeoutError:
        return Reply(notices.slow(bounds.look_at, changes=bounds.changes))
    except Unavailable:
        return Reply(notices.unavailable(bounds.look_at, changes=bounds.changes))
    except (NotEnoughStock, IsBundle) as refused:
        return Reply(_not_changed(refused))
    except CannotUndo as refused:
        return Reply(not_undone(refused, bounds.viewer))
    except AlreadyHandled:
        return Reply(notices.repeated())


def _not_changed(refused: NotEnoughStock | IsBundle) -> Content:
    if isinstance(refused, IsBundle):
        return notices.is_bundle(refused.sku, refused.parts)
    return notices.not_enough(refused.sku, refused.physical, refused.asked)
