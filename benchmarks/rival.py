"""The naive rivals, as a process: a careful, plain route that stores each order with one boto3 transaction.

With KEEP_PROMISES it also does, plainly, what SyncState promises of an order beyond storing it: it leaves a mark of
what is to follow in the same transaction, reads back the stock that it answers and judges alerts by, and takes the mark
away.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import time
from typing import TYPE_CHECKING, Any

import boto3
import uvicorn
from botocore.exceptions import ClientError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.orders import PATH, SECRET, SKUS

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

START = 1_000_000
LOW = 5
_KEYS = {"RivalOrders": "orderId", "RivalStock": "sku", "RivalLedger": "entryId", "RivalMarks": "orderId"}
_UNAUTHORISED, _UNAVAILABLE = 401, 503


def make_tables(client: DynamoDBClient) -> None:
    """Four tables, and the stock of every SKU."""
    for table, key in _KEYS.items():
        client.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    for sku in SKUS:
        client.put_item(TableName="RivalStock", Item={"sku": {"S": sku}, "physical": {"N": str(START)}})


def store(client: DynamoDBClient, order: dict[str, Any], *, marked: bool = False) -> str:
    """The order, its stock and its ledger rows in one transaction; "duplicate" when the order is there already."""
    writes: list[TransactWriteItemTypeDef] = [_put_order(order), *([_put_mark(order)] if marked else [])]
    for line in order["line_items"]:
        writes += [_take_stock(line), _put_entry(order, line)]
    try:
        client.transact_write_items(TransactItems=writes)
    except client.exceptions.TransactionCanceledException as cancelled:
        if cancelled.response["CancellationReasons"][0]["Code"] == "ConditionalCheckFailed":
            return "duplicate"
        raise
    return "applied"


def keep_promises(client: DynamoDBClient, order: dict[str, Any]) -> dict[str, Any]:
    """Store the order, say what is on hand after it, and see to what follows."""
    status = store(client, order, marked=True)
    after = {line["sku"]: _on_hand(client, line["sku"]) for line in order["line_items"]}
    low = [sku for sku, physical in after.items() if physical <= LOW]
    if status == "applied":
        client.delete_item(TableName="RivalMarks", Key={"orderId": {"S": str(order["id"])}})
    return {"status": status, "inventoryAfter": after, "low": low}


def make_app(client: DynamoDBClient, *, promising: bool) -> Starlette:
    """The app over the client."""

    def work(body: bytes) -> dict[str, Any]:
        order = json.loads(body)
        return keep_promises(client, order) if promising else {"status": store(client, order)}

    async def take(request: Request) -> Response:
        body = await request.body()
        if not is_signed(body, request.headers.get("x-shopify-hmac-sha256", "")):
            return JSONResponse({"error": "bad signature"}, _UNAUTHORISED)
        try:
            return JSONResponse(await asyncio.to_thread(work, body))
        except ClientError:
            return JSONResponse({"error": "unavailable"}, _UNAVAILABLE)

    async def show(_: Request) -> Response:
        pages = client.get_paginator("scan").paginate(TableName="RivalStock")
        return JSONResponse({row["sku"]["S"]: int(row["physical"]["N"]) for page in pages for row in page["Items"]})

    return Starlette(routes=[Route(PATH, take, methods=["POST"]), Route("/stock", show)])


def is_signed(body: bytes, given: str) -> bool:
    """Whether Shopify signed the body."""
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), given.encode())


def _put_order(order: dict[str, Any]) -> TransactWriteItemTypeDef:
    item = {"orderId": {"S": str(order["id"])}, "at": {"S": order["created_at"]}, "status": {"S": "applied"}}
    return {
        "Put": {"TableName": "RivalOrders", "Item": item, "ConditionExpression": "attribute_not_exists(orderId)"},
    }


def _put_mark(order: dict[str, Any]) -> TransactWriteItemTypeDef:
    skus = [{"S": line["sku"]} for line in order["line_items"]]
    return {"Put": {"TableName": "RivalMarks", "Item": {"orderId": {"S": str(order["id"])}, "skus": {"L": skus}}}}


def _on_hand(client: DynamoDBClient, sku: str) -> int:
    answer = client.get_item(TableName="RivalStock", Key={"sku": {"S": sku}}, ConsistentRead=True)
    return int(answer["Item"]["physical"]["N"])


def _take_stock(line: dict[str, Any]) -> TransactWriteItemTypeDef:
    return {
        "Update": {
            "TableName": "RivalStock",
            "Key": {"sku": {"S": line["sku"]}},
            "UpdateExpression": "ADD physical :delta SET updatedAt = :now",
            "ExpressionAttributeValues": {":delta": {"N": str(-line["quantity"])}, ":now": {"N": str(time.time())}},
        },
    }


def _put_entry(order: dict[str, Any], line: dict[str, Any]) -> TransactWriteItemTypeDef:
    item = {
        "entryId": {"S": f"{order['id']}#{line['id']}"},
        "sku": {"S": line["sku"]},
        "delta": {"N": str(-line["quantity"])},
        "at": {"S": order["created_at"]},
    }
    return {"Put": {"TableName": "RivalLedger", "Item": item}}


if __name__ == "__main__":
    dynamodb = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    make_tables(dynamodb)
    app = make_app(dynamodb, promising=bool(os.environ.get("KEEP_PROMISES")))
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning", access_log=False)
