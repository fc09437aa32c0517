"""JSON schemas (2020-12) of what goes in and out over HTTP, for the OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.alerts import KINDS, Severity, State
from core.bundles import MOST_UNITS
from core.changes import Progress, Status
from core.linking import ListingForm
from core.reconcile import Cause
from core.returns.case import Verdict
from core.returns.rulings import Action
from core.rules import MOST_LISTED
from core.stock import MAX_BUFFER, MAX_QUANTITY, MAX_SKU, Push

Schema = Mapping[str, Any]


def ref(name: str) -> Schema:
    """A reference to the schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(**properties: Schema) -> Schema:
    """An object with exactly these properties, as we answer."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def also(whole: Schema, **properties: Schema) -> Schema:
    """The object, with properties that it has only sometimes."""
    return {**whole, "properties": {**whole["properties"], **properties}}


def fields(*required: str, **properties: Schema) -> Schema:
    """An object with at least the required ones of these properties, as we take it; what else it holds is ignored."""
    return {"type": "object", "properties": properties, "required": list(required)}


def list_of(schema: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": schema}


def map_of(schema: Schema) -> Schema:
    """An object from names to such values."""
    return {"type": "object", "additionalProperties": schema}


def or_null(schema: Schema) -> Schema:
    """The schema, or null where nothing is known."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(words: Iterable[str]) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": [str(word) for word in words]}


def up_to(most: int, least: int = 0) -> Schema:
    """A whole number from `least` to `most`."""
    return {"type": "integer", "minimum": least, "maximum": most}


TEXT: Schema = {"type": "string"}
SKU: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_SKU}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
UNITS: Schema = up_to(MAX_QUANTITY, 1)
CURSOR: Schema = {"type": "string", "description": "Where to go on; empty at the end"}

_LEVEL = {
    "sku": SKU,
    "known": {"type": "boolean", "description": "Whether somebody has set this SKU's stock"},
    "physical": {"type": "integer", "description": "On hand; below 0 when oversold"},
    "buffer": COUNT,
    "broadcast": {"type": "integer", "minimum": 0, "description": "max(0, physical - buffer)"},
    "version": COUNT,
    "low_at": COUNT,
    "updatedAt": or_null(MOMENT),
    "lastBroadcast": map_of(record(quantity=or_null(COUNT), version=COUNT, at=or_null(MOMENT), status=one_of(Push))),
}
_RULE: Schema = fields(percent=up_to(100), max=or_null(up_to(MOST_LISTED)), cutOff=up_to(MOST_LISTED))
_CHANNEL = {
    "channel": TEXT,
    "paused": FLAG,
    "pausedBy": or_null(TEXT),
    "dryRun": FLAG,
    "owed": COUNT,
    "refused": COUNT,
    "oldestOwed": or_null(MOMENT),
    "lastTold": or_null(MOMENT),
    "error": or_null(TEXT),
}
_PART = {"sku": SKU, "units": up_to(MOST_UNITS, 1)}
_BUNDLE = {
    "sku": SKU,
    "parts": list_of(record(**_PART)),
    "broadcast": {"type": "integer", "minimum": 0, "description": "What its parts allow, less what is held back"},
    "founded": {"type": "boolean", "description": "Whether every instance goes by it"},
    "by": TEXT,
    "at": MOMENT,
}
_AFTER = {
    "status": one_of(Status),
    "reason": TEXT,
    "items": list_of(record(sku=SKU, inventoryAfter=WHOLE, broadcastAfter=COUNT)),
}
SCHEMAS: Mapping[str, Schema] = {
    "Error": record(error=record(code=TEXT, message=TEXT)),
    "Row": record(**_LEVEL, returns=list_of(ref("Return"))),
    "Rows": record(items=list_of(record(**_LEVEL)), cursor=CURSOR),
    "StockChange": {
        **fields(physical=up_to(MAX_QUANTITY), buffer=up_to(MAX_BUFFER), low_at=up_to(MAX_QUANTITY)),
        "anyOf": [{"required": [name]} for name in ("physical", "buffer", "low_at")],
    },
    "Buffer": record(sku=SKU, bufferQty=COUNT, physical=WHOLE, buffer=COUNT, broadcast=COUNT),
    "BufferChange": fields("bufferQty", bufferQty=up_to(MAX_BUFFER)),
    "Transaction": record(
        txId=TEXT,
        sku=TEXT,
        action=TEXT,
        status=one_of(Progress),
        delta=WHOLE,
        channel=TEXT,
        orderId=TEXT,
        actor=TEXT,
        note=TEXT,
        timestamp=MOMENT,
    ),
    "Transactions": record(items=list_of(ref("Transaction")), cursor=CURSOR),
    "Return": record(
        returnId=TEXT,
        sku=SKU,
        quantity=UNITS,
        disposition=TEXT,
        decision=one_of([*Action, *Verdict]),
        channel=TEXT,
        orderId=TEXT,
        reason=TEXT,
        timestamp=MOMENT,
    ),
    "Returns": record(items=list_of(ref("Return")), cursor=CURSOR),
    "Alert": record(
        alertId=TEXT,
        type=one_of(KINDS),
        severity=one_of(Severity),
        sku=TEXT,
        message=TEXT,
        timestamp=MOMENT,
        read=FLAG,
        status=one_of(State),
        count={"type": "integer", "minimum": 1},
        acknowledgedBy=or_null(TEXT),
        acknowledgedAt=or_null(MOMENT),
    ),
    "Alerts": record(count=COUNT, alerts=list_of(ref("Alert")), cursor=CURSOR),
    "AlertsOfSeverity": record(severity=one_of(Severity), count=COUNT, alerts=list_of(ref("Alert")), cursor=CURSOR),
    "Channels": record(channels=list_of(record(**_CHANNEL))),
    "Channel": record(**_CHANNEL, rule=_RULE),
    "ChannelChange": fields(paused=FLAG, dryRun=FLAG, rule=or_null(_RULE)),
    "Bundles": record(items=list_of(record(**_BUNDLE))),
    "Bundle": record(**_BUNDLE),
    "BundleChange": fields("parts", parts=list_of(fields("sku", "units", **_PART))),
    "Reconcile": record(
        channel=TEXT,
        sku=or_null(SKU),
        running=FLAG,
        startedAt=MOMENT,
        endedAt=or_null(MOMENT),
        looked=COUNT,
        unmanaged=COUNT,
        uncounted=COUNT,
        different=COUNT,
        causes=map_of(COUNT),
        differences=list_of(
            record(sku=SKU, shown=or_null(WHOLE), expected=or_null(WHOLE), wanted=COUNT, cause=one_of(Cause))
        ),
        error=or_null(TEXT),
    ),
    "ReconcileRequest": fields(sku=SKU),
    "Standing": record(sku=SKU, channel=TEXT, listed=COUNT, arithmetic=TEXT, paused=FLAG, rule=or_null(_RULE)),
    "StandingChange": fields(paused=FLAG, rule=or_null(_RULE)),
    "Message": {"description": "As the marketplace posts it", "type": ["object", "array"]},
    "Order": {
        "description": "A Shopify webhook of any topic, or the short form",
        **fields(
            orderId={"type": ["string", "integer"]}, items=list_of(fields("sku", "quantity", sku=SKU, quantity=UNITS))
        ),
    },
    "ReturnReport": fields(
        "sku",
        "quantity",
        "disposition",
        sku=SKU,
        quantity=UNITS,
        disposition=TEXT,
        orderId=TEXT,
        returnOrderId=TEXT,
        reason=TEXT,
        fulfilledBy=TEXT,
    ),
    "Receipt": record(**_AFTER, inventoryAfter=map_of(WHOLE), broadcastAfter=map_of(COUNT)),
    "ReturnReceipt": record(
        **_AFTER,
        inventoryAfter=or_null(WHOLE),
        broadcastAfter=or_null(COUNT),
        action=or_null(one_of(Action)),
        restock=or_null(FLAG),
    ),
    "Alive": also(record(ok=FLAG, status=TEXT, timestamp=MOMENT), proof=TEXT),
    "Ready": also(record(ok=FLAG, status=TEXT, reasons=list_of(TEXT)), warnings=list_of(TEXT)),
    "NotReady": record(ok=FLAG, status=TEXT, reasons=list_of(TEXT), error=record(code=TEXT, message=TEXT)),
    "Description": {"type": "object"},
}


def mappings(forms: Sequence[ListingForm]) -> Mapping[str, Schema]:
    """How a SKU's listings go in and out, where channels name them like this."""
    patterns = {form.field: {"type": "string", "pattern": f"^({form.pattern})?$"} for form in forms}
    any_of = {"anyOf": [{"required": [name]} for name in patterns]} if patterns else {}
    return {
        "Mapping": record(sku=SKU, **{name: or_null(TEXT) for name in patterns}),
        "MappingChange": {**fields("sku", sku=SKU, **patterns), **any_of},
    }
