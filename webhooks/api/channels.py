"""`/api/channels`: how the channels are doing, and what is arranged for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.channels import ChannelHealth
from core.errors import BadInput, NotFound
from core.listings import explain, listed
from core.reconcile import Reconciled
from core.rules import Rule, check_rule
from core.service import Service
from core.terms import paused_here
from webhooks.answers import moment
from webhooks.api.call import Call

_A_MOMENT = 0.5


async def show_all(service: Service, _: Call) -> Mapping[str, Any]:
    """Every channel."""
    return {"channels": [_health(each) for each in await service.steering.channels(fresh=True)]}


async def show(service: Service, call: Call) -> Mapping[str, Any]:
    """One channel."""
    health, terms = await service.steering.channel(call.params["channel"])
    return {**_health(health), "rule": _rule(terms.rule)}


async def change(service: Service, call: Call) -> Mapping[str, Any]:
    """Pause or resume a channel, let it only rehearse, or set its rule."""
    channel, fields = call.params["channel"], call.fields()
    await _pause(service, call, channel, fields)
    if (dry_run := fields.get("dryRun")) is not None:
        await service.steering.rehearse(channel, call.actor, on=_flag(dry_run, "dryRun"))
    if "rule" in fields:
        await service.steering.set_rule(channel, _read_rule(fields["rule"]), call.actor)
    return await show(service, call)


async def show_sku(service: Service, call: Call) -> Mapping[str, Any]:
    """How one SKU stands on the channel, with the arithmetic."""
    standing = await service.steering.standing(call.params["channel"], call.sku())
    stock = standing.level.stock
    return {
        "sku": stock.sku,
        "channel": call.params["channel"],
        "listed": listed(stock, standing.rule),
        "arithmetic": explain(stock, standing.rule),
        "paused": paused_here(standing.level, call.params["channel"]) is not None,
        "rule": _rule(standing.rule) if standing.is_own_rule else None,
    }


async def change_sku(service: Service, call: Call) -> Mapping[str, Any]:
    """Pause or resume one SKU on the channel, or set its own rule there (null: as the channel)."""
    channel, fields = call.params["channel"], call.fields()
    await _pause(service, call, channel, fields, call.sku())
    if "rule" in fields:
        await service.steering.set_rule(channel, _read_rule(fields["rule"]), call.actor, call.sku(), call.key("rule"))
    return await show_sku(service, call)


async def sync(service: Service, call: Call) -> Mapping[str, Any]:
    """Look now at all that is owed or differs."""
    await service.steering.sync(call.params["channel"])
    return await show(service, call)


async def reconcile(service: Service, call: Call) -> Mapping[str, Any]:
    """Begin to read the channel's listings back, of one SKU or of all, and to put right what differs."""
    running = await service.steering.reconcile(call.params["channel"], call.actor, _sku(call.fields()))
    await running.wait(_A_MOMENT)
    return _reconciled(running.report, is_running=not running.report.ended)


async def show_reconcile(service: Service, call: Call) -> Mapping[str, Any]:
    """The channel's last whole reconcile, or how far the one under way is."""
    report, is_running = await service.steering.last_reconcile(call.params["channel"])
    if report is None:
        raise NotFound("reconcile", call.params["channel"])
    return _reconciled(report, is_running=is_running)


def _sku(fields: Mapping[str, Any]) -> str:
    sku = fields.get("sku", "")
    if not isinstance(sku, str):
        raise BadInput("sku", "must be text")
    return sku


def _reconciled(report: Reconciled, *, is_running: bool) -> Mapping[str, Any]:
    return {
        "channel": report.channel,
        "sku": report.sku or None,
        "running": is_running,
        "startedAt": moment(report.started),
        "endedAt": moment(report.ended),
        "looked": report.looked,
        "unmanaged": report.unmanaged,
        "uncounted": report.troubled,
        "different": report.differ,
        "causes": dict(report.causes),
        "differences": [
            {
                "sku": each.sku,
                "shown": each.shown,
                "expected": each.expected,
                "wanted": each.wanted,
                "cause": each.cause.value,
            }
            for each in report.first
        ],
        "error": report.trouble or None,
    }


async def _pause(service: Service, call: Call, channel: str, fields: Mapping[str, Any], sku: str = "") -> None:
    if not fields.keys() & {"paused", "dryRun", "rule"}:
        raise BadInput("body", "must have paused, dryRun or rule")
    if (paused := fields.get("paused")) is None:
        return
    act = service.steering.pause if _flag(paused, "paused") else service.steering.resume
    await act(channel, call.actor, sku, call.key("pause") if sku else "")


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadInput(name, "must be true or false")
    return value


def _read_rule(value: object) -> Rule | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not value.keys() <= {"percent", "max", "cutOff"}:
        raise BadInput("rule", "must be an object with percent, max and cutOff, or null")
    return check_rule(value.get("percent", 100), value.get("max"), value.get("cutOff", 0))


def _rule(rule: Rule) -> Mapping[str, Any]:
    return {"percent": rule.percent, "max": rule.max_listed, "cutOff": rule.cut_off}


def _health(health: ChannelHealth) -> Mapping[str, Any]:
    return {
        "channel": health.name,
        "paused": health.paused,
        "pausedBy": health.paused_by or None,
        "dryRun": health.dry_run,
        "owed": health.owed,
        "refused": health.refused,
        "oldestOwed": moment(health.oldest_owed),
        "lastTold": moment(health.last_success),
        "error": health.error or None,
    }
