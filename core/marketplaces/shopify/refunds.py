"""All refunds of an order, however many and however long: they come in no pages of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.order_queries import ALL_REFUNDS, LIST_REFUNDS, READ_GOODS, READ_REFUNDS
from core.marketplaces.shopify.pages import Node, cursor_of, pages
from core.marketplaces.shopify.sizes import Size


async def all_refunds(admin: Admin, order_id: str, first: Sequence[Node], size: Size) -> tuple[Sequence[Node], bool]:
    """The refunds of the order with this global id, of which `first` came with it, and whether these are all of them.

    `size` is what was asked for. Shopify shows no more than 250 refunds of one order. ChannelError.
    """
    found, whole = list(first), True
    if len(found) >= size.refunds:
        more, whole = await _others(admin, order_id, {refund.get("id") for refund in found}, size)
        found += more
    return [await _with_all_goods(admin, refund) for refund in found], whole


def is_short(refunds: Sequence[Node], most: int) -> bool:
    """Whether refunds that came as at most `most` may lack some, or some of their goods."""
    return len(refunds) >= most or any(cursor_of(refund.get("refundLineItems")) for refund in refunds)


async def _others(admin: Admin, order_id: str, known: set[object], size: Size) -> tuple[list[Node], bool]:
    order = table((await admin.run(LIST_REFUNDS, {"id": order_id})).get("order"))
    ids = [table(refund).get("id") for refund in rows(order.get("refunds"))]
    wanted = [each for each in ids if each not in known]
    found: list[Node] = []
    for start in range(0, len(wanted), size.refunds):
        data = await admin.run(READ_REFUNDS, {"ids": wanted[start : start + size.refunds], "goods": size.goods})
        found += [node for node in map(table, rows(data.get("nodes"))) if node]
    return found, len(ids) < ALL_REFUNDS


async def _with_all_goods(admin: Admin, refund: Node) -> Node:
    """The refund with all its lines: where they go on after the first page, they are read from their start."""
    if not cursor_of(refund.get("refundLineItems")):
        return refund
    goods: list[Mapping[str, object]] = []
    async for page in pages(admin, READ_GOODS, {"id": refund.get("id")}, "node", "refundLineItems"):
        goods += page
    return {**refund, "refundLineItems": {"nodes": goods}}
