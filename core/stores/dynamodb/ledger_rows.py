"""Items of the Transactions and Returns tables: ledger entries, and the returns beside them."""

from __future__ import annotations

from hashlib import sha256

from core.changes import Entry, Progress, ReturnRow
from core.stores.dynamodb.forms import fit, form
from core.stores.dynamodb.values import Item, Value, epoch, iso, number, text, text_of, texts, time_of, whole_of

KEPT = 30 * 86_400
_LONGEST_KEY = 1024


def expiry(at: float) -> Value:
    """The time (epoch s) from which a row of that time need not be kept."""
    return number(int(at) + KEPT)


def entry_fields(entry: Entry) -> dict[str, Value]:
    """The entry's attributes without id, status and expiry; one without a SKU is in no SKU's history."""
    fields = texts(
        {
            "sku": entry.sku,
            "action": entry.action,
            "channel": entry.channel,
            "orderId": entry.order_id,
            "actor": entry.actor,
            "note": entry.note,
            "timestamp": iso(entry.at),
        }
    )
    failed = {"failed": {"BOOL": True}} if entry.status is Progress.FAILED else {}
    return {**fields, "delta": number(entry.delta), **failed}


def entry_item(entry: Entry) -> Item:
    """A row that holds the entry alone."""
    head = {"txId": text(entry.tx_id), "status": text(entry.status.value), "expiresAt": expiry(entry.at)}
    return {**head, **form(), **entry_fields(entry)}


def entry_of(item: Item) -> Entry:
    """The entry as the history index shows it."""
    return Entry(
        tx_id=text_of(item, "txId"),
        sku=text_of(item, "sku"),
        action=text_of(item, "action"),
        delta=whole_of(item, "delta"),
        at=time_of(item, "timestamp"),
        status=Progress.FAILED if "failed" in item else Progress.COMPLETED,
        channel=text_of(item, "channel"),
        order_id=text_of(item, "orderId"),
        actor=text_of(item, "actor"),
        note=text_of(item, "note"),
    )


def return_item(row: ReturnRow) -> Item:
    """The row of a return; its time is made unique with its id."""
    fields = {
        "sku": row.sku,
        "timestamp": _sort_key(f"{iso(row.at)}#{row.return_id}"),
        "returnId": row.return_id,
        "disposition": row.disposition,
        "orderId": row.order_id,
        "channel": row.channel,
        "decision": row.decision,
        "reason": row.reason,
    }
    return {**texts(fields), **form(), "quantity": number(row.quantity)}


def return_of(item: Item) -> ReturnRow:
    """The return of the row."""
    fit(item)
    return ReturnRow(
        sku=text_of(item, "sku"),
        at=epoch(text_of(item, "timestamp").partition("#")[0]),
        return_id=text_of(item, "returnId"),
        quantity=whole_of(item, "quantity"),
        disposition=text_of(item, "disposition"),
        order_id=text_of(item, "orderId"),
        channel=text_of(item, "channel"),
        decision=text_of(item, "decision"),
        reason=text_of(item, "reason"),
    )


def _sort_key(value: str) -> str:
    if len(value.encode()) <= _LONGEST_KEY:
        return value
    return f"{value.partition('#')[0]}#{sha256(value.encode()).hexdigest()}"
