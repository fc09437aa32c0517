"""Slack's people while the shops are busy, while fifty click at once, and while the store hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import count

from benchmarks.children import Child
from benchmarks.load import send
from benchmarks.orders import SKUS, SPREAD, as_request, spread
from benchmarks.paced import send_paced
from benchmarks.rounds import Effort
from benchmarks.sales import START, check, finish
from benchmarks.servers import AUTHORISED, ask, ministack, on_hand
from benchmarks.slack_town import Town, a_town
from benchmarks.table import Row, at_most
from playground.slack.delivery import Delivery

_ORDERS_A_SECOND = 200
_LOOKS_A_SECOND = 25
_SECONDS = 3
_CLICKS = 50
_CONNECTIONS = 64
_PULSE = as_request("GET", "/healthz", {})
_NUMBERS = count(1)


def measure(effort: Effort) -> list[Row]:
    """Looks beside a sale, acknowledgements at once, and every kind of interaction while the store hangs."""
    with ministack(effort.folder / "slack-ministack") as (tables, endpoint):
        hanging = finish(_hanging(effort, tables, endpoint))
    return [*finish(_busy(effort)), hanging]


async def _busy(effort: Effort) -> list[Row]:
    async with a_town(effort.folder / "slack") as town:
        await _set(town.server, SKUS, START)
        rounds = [await _look(town) for _ in range(effort.rounds)]
        clicks = [each for _ in range(effort.rounds + 1) for each in await _click(town)][_CLICKS:]
    what = f"/stock SKU while {_ORDERS_A_SECOND} orders a second come in"
    looks, beats = ([each for pair in rounds for each in pair[which]] for which in (0, 1))
    usual, seldom = _share(looks, 0.5), _share(looks, 0.99)
    idle = f"/healthz meanwhile {_share(beats, 0.5):.1f} ms"
    slow = _share(clicks, 0.99)
    return [
        at_most(f"{what}, median", f"{usual:.1f} ms of {len(looks)} ({idle})", usual, 10, "ms"),
        at_most(
            f"{what}, p99", f"{seldom:.1f} ms (/healthz meanwhile {_share(beats, 0.99):.1f} ms)", seldom, 100, "ms"
        ),
        at_most(f"an acknowledge of {_CLICKS} at once, p99", f"{slow:.1f} ms of {len(clicks)}", slow, 500, "ms"),
    ]


async def _look(town: Town) -> tuple[Sequence[float], Sequence[float]]:
    """Latencies in ms of looks, and of `/healthz` beside them; every order is answered 200 and counted."""
    before, batch = await asyncio.to_thread(on_hand, town.server), spread(_ORDERS_A_SECOND * _SECONDS)
    looks = [town.command(SPREAD[number * 7 % len(SPREAD)]) for number in range(_LOOKS_A_SECOND * _SECONDS)]
    orders, answers, beats = await asyncio.gather(
        send_paced(town.server.port, batch.requests, _ORDERS_A_SECOND),
        send_paced(town.server.port, looks, _LOOKS_A_SECOND),
        send_paced(town.server.port, [_PULSE] * len(looks), _LOOKS_A_SECOND),
    )
    assert (orders.bad, answers.bad) == (0, 0), f"{orders.bad} orders and {answers.bad} looks were not answered 200"
    check(before, batch, await asyncio.to_thread(on_hand, town.server))
    return [each * 1000 for each in answers.latencies], [each * 1000 for each in beats.latencies]


async def _click(town: Town) -> Sequence[float]:
    """Latencies in ms of fifty clicks by two people on 25 fresh alerts; each alert has one of the two."""
    skus = [f"LOW-{next(_NUMBERS)}" for _ in range(_CLICKS // 2)]
    await _set(town.server, skus, 0)
    open_now = await _open_alerts(town.server, skus)
    clicks = [town.acknowledge(alert_id, user) for user in ("operator", "warehouse") for alert_id in open_now]
    figures = await send(town.server.port, clicks, _CLICKS)
    assert figures.good == _CLICKS, "a click was not answered 200"
    left = await asyncio.to_thread(ask, town.server, "/api/alerts/unread")
    assert not set(open_now) & {alert["alertId"] for alert in left["alerts"]}, "an alert is in nobody's hands"
    return [seconds * 1000 for seconds in figures.latencies]


async def _hanging(effort: Effort, tables: Child, endpoint: Mapping[str, str]) -> Row:
    """The slowest answer to each kind of interaction while the tables stand still, and that each is plain."""
    async with a_town(effort.folder / "slack-dynamodb", endpoint) as town:
        await _set(town.server, SKUS[:1], 5)
        (alert_id,) = await _open_alerts(town.server, SKUS[:1])
        await town.workspace.wait_for(lambda slack: slack.messages("#alerts"), 20.0)
        with tables.frozen():
            deliveries = await _interact(town, SKUS[1])
        slowest = max(deliveries, key=lambda name: deliveries[name].seconds)
        assert all(delivery.ok for delivery in deliveries.values()), f"not answered: {deliveries}"
        _must_be_plain(town, deliveries)
        assert alert_id, "there was no alert to click"
    seconds = deliveries[slowest].seconds
    figure = f"{seconds * 1000:.0f} ms ({slowest}, of {len(deliveries)} kinds)"
    return at_most("slowest answer to a person while the store hangs", figure, seconds * 1000, 2_500, "ms")


async def _interact(town: Town, sku: str) -> dict[str, Delivery]:
    said = town.workspace.say("warehouse", "#stock", f"Where is {sku}?")
    alert = town.workspace.messages("#alerts")[-1]
    person = town.person
    found = {
        "look": await person.command("operator", "#stock", sku),
        "change": await person.command("operator", "#stock", f"add {sku} 5"),
        "click": await person.click("operator", alert, "alert_acknowledge"),
        "shortcut": await person.shortcut("operator", said, "find_skus"),
        "mention": (await person.mention("warehouse", "#stock", sku))[0],
        "home": (await person.open_home("operator"))[0],
    }
    modal = town.workspace.modal("operator")
    assert modal is not None, "the shortcut showed nothing"
    return {**found, "modal submission": await person.submit("operator", modal)}


def _must_be_plain(town: Town, deliveries: dict[str, Delivery]) -> None:
    slack = town.workspace
    home, thread = slack.home("operator"), slack.thread(slack.messages("#stock")[-1])
    shown = {
        "look": deliveries["look"].answer,
        "change": deliveries["change"].answer,
        "click": slack.ephemerals("operator")[-1].text,
        "mention": thread[-1].text if thread else "",
        "home": str(home.blocks) if home else "",
    }
    silent = [name for name, text in shown.items() if "The stock store" not in text]
    assert not silent, f"no plain answer to: {', '.join(silent)}"


async def _set(server: Child, skus: Sequence[str], physical: int) -> None:
    body = b'{"physical": %d}' % physical
    requests = [as_request("PUT", f"/api/inventory/{sku}", AUTHORISED, body) for sku in skus]
    figures = await send(server.port, requests, min(_CONNECTIONS, len(skus)))
    assert figures.good == len(skus), "the stock could not be set"


async def _open_alerts(server: Child, skus: Sequence[str]) -> list[str]:
    """The ids of the open alerts of these SKUs, once each has one."""
    async with asyncio.timeout(20):
        while True:
            found = await asyncio.to_thread(ask, server, "/api/alerts/unread")
            ids = {alert["sku"]: str(alert["alertId"]) for alert in found["alerts"]}
            if set(skus) <= ids.keys():
                return [ids[sku] for sku in skus]
            await asyncio.sleep(0.05)


def _share(latencies: Sequence[float], share: float) -> float:
    return sorted(latencies)[min(len(latencies) - 1, int(len(latencies) * share))]
