"""How often a method may be called, as token buckets that answer in seconds to wait."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from playground.bucket import Bucket, Rate


class Scope(StrEnum):
    """What a limit counts over."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `burst` calls at once and `per_minute` over time, within one scope."""

    burst: int
    per_minute: float
    scope: Scope = Scope.WORKSPACE


Rules = Mapping[str, tuple[Rule, ...]]

_TIER_2 = (Rule(20, 20),)
_TIER_3 = (Rule(50, 50),)
_TIER_4 = (Rule(100, 100),)

SLACK_RULES: Rules = {
    "chat.postMessage": (Rule(3, 60, Scope.CHANNEL), Rule(300, 300)),
    "chat.postEphemeral": _TIER_4,
    "chat.update": _TIER_3,
    "chat.delete": _TIER_3,
    "conversations.list": _TIER_2,
    "conversations.info": _TIER_3,
    "conversations.history": _TIER_3,
    "conversations.replies": _TIER_3,
    "conversations.join": _TIER_3,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "views.open": _TIER_4,
    "views.push": _TIER_4,
    "views.publish": _TIER_4,
    "views.update": _TIER_4,
    "files.completeUploadExternal": _TIER_4,
    "files.getUploadURLExternal": _TIER_4,
    "team.info": _TIER_3,
}
STRICT_RULES: Rules = {
    **SLACK_RULES,
    "chat.postMessage": (Rule(1, 60, Scope.CHANNEL),),
    "chat.update": (Rule(1, 50),),
}
NO_RULES: Rules = {}
_ROUNDING = 1e-6


class Limits:
    """The buckets of one workspace under rules that can be changed while it runs."""

    def __init__(self, clock: Callable[[], float], rules: Rules = SLACK_RULES) -> None:
        self._clock = clock
        self.use(rules)

    def use(self, rules: Rules) -> None:
        """Put these rules in force, with every bucket full."""
        self._rules = rules
        self._buckets: dict[tuple[str, Rule, str], Bucket] = {}

    def seconds_to_wait(self, method: str, channel: str) -> int:
        """Take one call from the method's buckets and answer 0, or take none and answer Retry-After."""
        buckets = [self._bucket(method, rule, channel) for rule in self._rules.get(method, ())]
        wait = max((_until_one(bucket) for bucket in buckets), default=0)
        if not wait:
            for bucket in buckets:
                bucket.take(min(1, bucket.available()))
        return wait

    def _bucket(self, method: str, rule: Rule, channel: str) -> Bucket:
        key = (method, rule, channel if rule.scope is Scope.CHANNEL else "")
        if key not in self._buckets:
            rate = Rate(restored=rule.per_minute / 60, burst=rule.burst)
            self._buckets[key] = Bucket(rate, self._clock)
        return self._buckets[key]


def _until_one(bucket: Bucket) -> int:
    missing = 1 - bucket.available()
    return math.ceil(missing / bucket.rate.restored) if missing > _ROUNDING else 0
