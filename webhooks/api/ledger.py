"""`/api/transactions` and `/api/returns`: what happened to a SKU, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.changes import Entry, ReturnRow
from core.service import Service
from webhooks.answers import moment
from webhooks.api.call import Call, listing


async def show_transactions(service: Service, call: Call) -> Mapping[str, Any]:
    """A SKU's ledger of the last 30 days, newest first, page by page."""
    of = f"transactions of {call.sku()}"
    cursor, limit = call.paging(of)
    return listing(of, await service.history(call.sku(), cursor, limit), show_entry)


async def show_returns(service: Service, call: Call) -> Mapping[str, Any]:
    """A SKU's returns, newest first, page by page."""
    of = f"returns of {call.sku()}"
    cursor, limit = call.paging(of)
    return listing(of, await service.returns(call.sku(), cursor, limit), show_return)


def show_entry(entry: Entry) -> Mapping[str, Any]:
    """A ledger row as JSON."""
    return {
        "txId": entry.tx_id,
        "sku": entry.sku,
        "action": entry.action,
        "status": entry.status,
        "delta": entry.delta,
        "channel": entry.channel,
        "orderId": entry.order_id,
        "actor": entry.actor,
        "note": entry.note,
        "timestamp": moment(entry.at),
    }


def show_return(row: ReturnRow) -> Mapping[str, Any]:
    """A return as JSON."""
    return {
        "returnId": row.return_id,
        "sku": row.sku,
        "quantity": row.quantity,
        "disposition": row.disposition,
        "decision": row.decision,
        "channel": row.channel,
        "orderId": row.order_id,
        "reason": row.reason,
        "timestamp": moment(row.at),
    }
