"""What one can do about an alert besides taking it."""

from __future__ import annotations

from bot.views.blocks import Block, button
from bot.views.returns import verdict_buttons
from bot.views.sku import pack
from bot.views.stock import ADJUST
from core.alerts import KINDS, STOCK_FAMILY, Alert, State
from core.returns.telling import undecided


def remedies(alert: Alert) -> list[Block]:
    """Adjust stock for a stock alert, Restock and Write off for a return to decide about; none once it is resolved."""
    if alert.state is State.RESOLVED or not alert.sku:
        return []
    if KINDS[alert.kind].family == STOCK_FAMILY:
        return [button("Adjust stock", ADJUST, pack(alert.sku))]
    return_id = undecided(alert.last_notice)
    return verdict_buttons(return_id, alert.sku) if return_id else []
