"""What people arranged for a SKU on each channel, in words for its card."""

from __future__ import annotations

from collections.abc import Mapping

from bot.views.channels import terms_line
from core.service import Service
from core.stock import Level
from core.terms import paused


def arranged(service: Service, level: Level) -> Mapping[str, str]:
    """Per channel its rule's arithmetic and who paused it, as far as that is out of the ordinary ("": it is not)."""
    return {
        channel: terms_line(
            level.stock,
            each.rule,
            paused(level, channel, each.terms),
            dry_run=each.terms.dry_run is not None,
        )
        for channel, each in service.steering.standings(level).items()
    }
