"""Whether all is well between us and the shop: its keys, and the webhooks that it should send.

WooCommerce sends a webhook once, never again, and disables it after the seventh failure in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import ChannelError
from core.marketplaces.bodies import read_id
from core.marketplaces.woocommerce.access import CHANNEL, WooAccess
from core.marketplaces.woocommerce.api import Api, Node, Refusal
from core.ports import Finding

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored", "product.updated")
KEYS, SIGNATURE, WEBHOOKS = "WooCommerce's keys", "WooCommerce's signature", "WooCommerce's webhooks"
_MAKE = "run syncstate doctor --fix to make it"
_BY_HAND = "make it again in WooCommerce (Settings, Advanced, Webhooks), or set SYNCSTATE_PUBLIC_URL to have it made"


@dataclass(frozen=True, slots=True)
class Examination:
    """Looks at one shop."""

    access: WooAccess
    api: Api

    async def findings(self, *, mend: bool) -> Sequence[Finding]:
        """What was found, one finding for each check; without keys nothing more is looked at. Never raises."""
        if self.access.missing:
            return [Finding(KEYS, f"{self.access.missing} is not set", f"set {self.access.missing}")]
        try:
            keys = await self._keys()
            if keys.problem:
                return [keys]
            hooks = [row async for page in self.api.pages("/webhooks") for row in page]
        except ChannelError as error:
            advice = "check WOOCOMMERCE_URL, and that WOOCOMMERCE_KEY and WOOCOMMERCE_SECRET are a key with Read/Write"
            return [Finding(KEYS, error.reason, advice)]
        return [keys, self._signature(), *await self._webhooks(hooks, mend=mend)]

    async def _keys(self) -> Finding:
        # A batch of nothing changes nothing, and is refused to a key that may only read.
        said = await self.api.change("POST", "/products/batch", {"update": []})
        if isinstance(said, Refusal):
            return Finding(KEYS, said.reason, "see that WOOCOMMERCE_URL is the shop's own address")
        return Finding(KEYS)

    def _signature(self) -> Finding:
        if self.access.webhook_secrets:
            return Finding(SIGNATURE)
        problem = "WOOCOMMERCE_WEBHOOK_SECRET is not set, so every webhook is turned away"
        return Finding(SIGNATURE, problem, "set it to a long random text")

    async def _webhooks(self, hooks: Sequence[Node], *, mend: bool) -> Sequence[Finding]:
        ours = [hook for hook in hooks if self._is_ours(hook)]
        found: list[Finding] = []
        for topic in TOPICS:
            same = [hook for hook in ours if hook.get("topic") == topic]
            if not any(hook.get("status") == "active" for hook in same):
                found.append(await self._missing(topic, same, mend=mend))
        return found or [Finding(WEBHOOKS)]

    def _is_ours(self, hook: Node) -> bool:
        """Whether it comes to us; without our own address, whether it comes to where we would be."""
        to = str(hook.get("delivery_url"))
        if self.access.webhook_url:
            return to.rstrip("/") == self.access.webhook_url
        return urlsplit(to).path.rstrip("/").endswith(f"/webhook/{CHANNEL}")

    async def _missing(self, topic: str, same: Sequence[Node], *, mend: bool) -> Finding:
        check = f"{WEBHOOKS}: {topic}"
        problem = _why(same)
        if any(hook.get("status") == "paused" for hook in same):
            return Finding(check, problem, "set it to active in WooCommerce (Settings, Advanced, Webhooks)")
        if not self.access.webhook_url:
            return Finding(check, problem, _BY_HAND)
        if not mend or not self.access.webhook_secrets:
            return Finding(check, problem, _MAKE)
        try:
            return await self._make(check, topic, same, problem)
        except ChannelError as error:
            return Finding(check, f"{problem}, and cannot be made: {error.reason}", "see that the shop is up")

    async def _make(self, check: str, topic: str, same: Sequence[Node], problem: str) -> Finding:
        made = await self.api.change(
            "POST",
            "/webhooks",
            {
                "name": f"SyncState: {topic}",
                "topic": topic,
                "delivery_url": self.access.webhook_url,
                "secret": self.access.webhook_secrets[0],
                "status": "active",
            },
            again=False,
        )
        if isinstance(made, Refusal):
            return Finding(
                check, f"{problem}, and cannot be made: {made.reason}", "see that SYNCSTATE_PUBLIC_URL is right"
            )
        for hook in same:
            await self.api.change("DELETE", f"/webhooks/{read_id(hook.get('id'))}?force=true", {})
        return Finding(check, problem, mended=True)


def _why(same: Sequence[Node]) -> str:
    statuses = {str(hook.get("status")) for hook in same}
    if "paused" in statuses:
        return "somebody paused it in the shop"
    if "disabled" in statuses:
        return "the shop disabled it, as it does after seven failures in a row; what it should have told is polled for"
    return "the shop does not send it to us"
