"""13: many quick changes over two instances, told on a network that mixes calls up: the newest value is what stays."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import httpx2

from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import Member
from tests.faults.model import wrong
from tests.faults.outside import AMAZON, WOOCOMMERCE, Outside, outside
from tests.flows.instance import until

_CHANGES = 20
_LATEST = 0.4
_STRAGGLERS = 4 * _LATEST
_MOST = 10_000


async def races(effort: Effort) -> list[Figure]:
    """13: so many trials of twenty changes each, every one made on either of two instances."""
    rng = effort.rng("races")
    skus = [f"TRIAL-{number:03}" for number in range(effort.pick(8, 60))]
    async with (
        outside(effort.rng("shops")) as beside,
        effort.running(2, **beside.of(WOOCOMMERCE, AMAZON)) as (_, members),
    ):
        beside.offer(dict.fromkeys(skus, 0))
        beside.late = lambda: rng.uniform(0.0, _LATEST)
        last = await asyncio.gather(*[_change(members.members, sku, random.Random(rng.random())) for sku in skus])
        wanted = dict(zip(skus, last, strict=True))
        await _come_to_rest(beside, wanted)
        await asyncio.sleep(_STRAGGLERS)
        shops = _shown(beside, skus)
        on_hand = await members.one.on_hand()
    what = f"{len(skus)} trials of {_CHANGES} changes over two instances"
    return [
        figures.exact(13, f"{what}: on hand", wrong(wanted, on_hand), len(skus)),
        *[figures.exact(13, f"{what}: {name}", wrong(wanted, shown), len(skus)) for name, shown in shops.items()],
    ]


async def _change(members: Sequence[Member], sku: str, rng: random.Random) -> int:
    """Set the SKU again and again, each time on one of them; the last number."""
    units = 0
    for _ in range(_CHANGES):
        units = rng.randint(0, _MOST)
        await _set(rng.choice(members), sku, units)
    return units


async def _set(member: Member, sku: str, units: int) -> None:
    answer = await member.http.put(f"/api/inventory/{sku}", json={"physical": units})
    while answer.status_code == httpx2.codes.SERVICE_UNAVAILABLE:
        await asyncio.sleep(float(answer.headers["retry-after"]))
        answer = await member.http.put(f"/api/inventory/{sku}", json={"physical": units})
    assert answer.is_success, answer.text


async def _come_to_rest(beside: Outside, wanted: dict[str, int]) -> None:
    try:
        await until(lambda: not any(wrong(wanted, shown) for shown in _shown(beside, list(wanted)).values()), 120.0)
    except TimeoutError:
        return


def _shown(beside: Outside, skus: Sequence[str]) -> dict[str, dict[str, int]]:
    shops = {"WooCommerce": beside.site.quantity, "Amazon": beside.seller.quantity}
    return {name: {sku: quantity(sku) for sku in skus} for name, quantity in shops.items()}
