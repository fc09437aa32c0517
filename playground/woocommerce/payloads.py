"""Resources as the REST API and the webhooks show them; source: WooCommerce's REST API wc/v3."""

from typing import Any

from playground.times import utc
from playground.woocommerce.orders import Line, Order, Refund
from playground.woocommerce.products import Kind, Product, Products

Json = dict[str, Any]


def gmt(at: float) -> str:
    """Whole seconds of UTC without an offset, as WordPress writes them."""
    return utc(at).removesuffix("Z")


def product_json(product: Product, products: Products) -> Json:
    """A product or a variation."""
    keeper = products.keeper(product)
    return {
        "id": product.id,
        "name": product.name,
        "date_modified": gmt(product.modified_at),
        "date_modified_gmt": gmt(product.modified_at),
        "type": product.kind.value,
        "status": "publish",
        "sku": products.shown_sku(product),
        "manage_stock": product.managed,
        "stock_quantity": keeper.quantity if keeper else None,
        "stock_status": "outofstock" if keeper and (keeper.quantity or 0) <= 0 else "instock",
        "parent_id": product.parent_id,
        "variations": [each.id for each in products.variations(product.id)] if product.kind is Kind.VARIABLE else [],
    }


def order_json(order: Order, products: Products) -> Json:
    """An order, whose refunds are only totals here."""
    return {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "date_created": gmt(order.created_at),
        "date_modified": gmt(order.modified_at),
        "date_created_gmt": gmt(order.created_at),
        "date_modified_gmt": gmt(order.modified_at),
        "date_completed_gmt": None if order.completed_at is None else gmt(order.completed_at),
        "date_paid_gmt": None if order.paid_at is None else gmt(order.paid_at),
        "number": str(order.id),
        "line_items": [_line_json(line, products) for line in order.lines],
        "refunds": [{"id": refund.id, "reason": "", "total": "-1.00"} for refund in order.refunds],
    }


def refund_json(order: Order, refund: Refund) -> Json:
    """One refund with the units that it covers, which count below 0."""
    lines = [
        {
            "id": refund.id * 100 + place,
            "product_id": order.line(line_id).product_id,
            "variation_id": order.line(line_id).variation_id,
            "quantity": -units,
            "sku": order.line(line_id).sku,
            "meta_data": [{"id": place, "key": "_refunded_item_id", "value": str(line_id)}],
        }
        for place, (line_id, units) in enumerate(refund.units, start=1)
    ]
    return {"id": refund.id, "date_created_gmt": gmt(refund.created_at), "amount": "1.00", "line_items": lines}


def _line_json(line: Line, products: Products) -> Json:
    """A line, whose SKU is that of its product as it is now, or none when that is gone."""
    bought = products.by_id.get(line.goods_id)
    counts = {"_reduced_stock": line.reduced, "_restock_refunded_items": line.restocked}
    return {
        "id": line.id,
        "name": line.name,
        "product_id": line.product_id,
        "variation_id": line.variation_id,
        "quantity": line.quantity,
        "sku": products.shown_sku(bought) if bought else None,
        "meta_data": [{"key": key, "value": str(units)} for key, units in counts.items() if units],
    }
