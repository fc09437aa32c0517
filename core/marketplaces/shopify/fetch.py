"""One order read back from the shop, whole."""

from __future__ import annotations

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.order_queries import FIND_ORDER, READ_ORDER
from core.marketplaces.shopify.pages import Node, cursor_of, nodes
from core.marketplaces.shopify.posted import is_order_part
from core.marketplaces.shopify.refunds import all_refunds
from core.marketplaces.shopify.sizes import Size, fitting
from core.marketplaces.shopify.snapshots import to_facts
from core.orders.facts import OrderFacts

_PAGES = 20
_ORDER = "gid://shopify/Order/"


async def fetch_order(admin: Admin, order_id: str) -> OrderFacts | None:
    """The order as it is now, by its plain id or by the global id of a return of it; None when the shop has none."""
    if is_order_part(order_id):
        found = table((await admin.run(FIND_ORDER, {"id": order_id})).get("node"))
        order_id = str(table(found.get("order") or found.get("orderOfGoods")).get("id")).removeprefix(_ORDER)
    return await read_whole(admin, f"{_ORDER}{order_id}") if order_id.isdecimal() else None


async def read_whole(admin: Admin, global_id: str) -> OrderFacts | None:
    """The order with all its lines and refunds, None when there is none."""
    return await fitting(lambda size: _read(admin, global_id, size))


async def _read(admin: Admin, global_id: str, size: Size) -> OrderFacts | None:
    first: Node = {}
    lines: list[Node] = []
    after = ""
    for _ in range(_PAGES):
        asked = {"id": global_id, "after": after or None, **size.variables}
        order = table((await admin.run(READ_ORDER, asked)).get("order"))
        first = first or order
        lines += nodes(order.get("lineItems"))
        after = cursor_of(order.get("lineItems"))
        if not after:
            break
    if not first:
        return None
    shown = [table(refund) for refund in rows(first.get("refunds"))]
    refunds, whole = await all_refunds(admin, global_id, shown, size)
    return to_facts(first, lines, refunds, whole=whole)
