"""Feeds: queued, processed later than they were sent, and reported on message by message (JSON_LISTINGS_FEED v2)."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from playground.amazon.patches import MalformedError, apply_patches, find_issues, read_patches
from playground.amazon.seller import Seller
from playground.amazon.vault import Vault

FEED_TYPE = "JSON_LISTINGS_FEED"
MOST_MESSAGES = 25_000
MOST_BYTES = 10 * 1024 * 1024
JSON = "application/json; charset=UTF-8"


@dataclass(slots=True)
class Feed:
    """A feed that was created: in its queue until `begins`, in progress until `ends`."""

    id: str
    document_id: str
    created_at: float
    begins: float
    ends: float
    status: str = "IN_QUEUE"
    result_id: str = ""


class Feeds:
    """The feeds of one seller. `queued` and `working` are the seconds that each spends waiting and being processed."""

    def __init__(self, seller: Seller, vault: Vault) -> None:
        self._seller = seller
        self._vault = vault
        self.queued = 0.0
        self.working = 0.0
        self.all: dict[str, Feed] = {}
        self.ends_as = "DONE"

    def create(self, document_id: str) -> Feed:
        """Queue the document's feed."""
        now = self._seller.clock()
        begins = now + self.queued
        feed = Feed(self._seller.ids.digits(11), document_id, now, begins, begins + self.working)
        self.all[feed.id] = feed
        self.settle()
        return feed

    def settle(self) -> None:
        """Let every feed come as far as it is by now."""
        now = self._seller.clock()
        for feed in self.all.values():
            if feed.status == "IN_QUEUE" and now >= feed.begins:
                feed.status = "IN_PROGRESS"
            if feed.status == "IN_PROGRESS" and now >= feed.ends:
                self._process(feed)

    def _process(self, feed: Feed) -> None:
        document = self._vault.find(feed.document_id)
        content = document.content if document is not None and document.content is not None else b""
        report = self._report(feed, content)
        feed.status = self.ends_as if report["summary"] != _summary(0, 0) else "FATAL"
        packed = gzip.compress(orjson.dumps(report))
        feed.result_id = self._vault.put(JSON, packed, packed=True).id

    def _report(self, feed: Feed, content: bytes) -> dict[str, object]:
        header = {"sellerId": self._seller.settings.seller_id, "version": "2.0", "feedId": feed.id}
        messages = _messages(content, self._seller.settings.seller_id)
        if isinstance(messages, str):
            issue = {"code": "4000001", "severity": "ERROR", "message": messages}
            return {"header": header, "issues": [issue], "summary": _summary(0, 0)}
        issues = [issue for message in messages for issue in self._take(message)]
        bad = len({issue["messageId"] for issue in issues})
        return {"header": header, "issues": issues, "summary": _summary(len(messages), bad)}

    def _take(self, message: Mapping[str, object]) -> list[dict[str, object]]:
        sku = str(message["sku"])
        about = {"messageId": message["messageId"], "sku": sku, "severity": "ERROR"}
        listing = self._seller.listings.get(sku)
        if listing is None:
            return [{**about, "code": "13013", "message": f"The SKU {sku} does not match any listing."}]
        try:
            patches = read_patches(message)
        except MalformedError as error:
            return [{**about, "code": "4000003", "message": str(error)}]
        if issues := find_issues(patches):
            return [{**about, "code": issue["code"], "message": issue["message"]} for issue in issues]
        patched = apply_patches(listing.entries, patches)
        self._seller.submit(sku, patched.entries, patched.quantity)
        return []


def _messages(content: bytes, seller_id: str) -> list[Mapping[str, object]] | str:
    """The messages of a feed, or why it is refused as a whole."""
    if len(content) > MOST_BYTES:
        return "The feed is larger than 10 MiB."
    try:
        feed = orjson.loads(content)
        messages, ids = feed["messages"], [message["messageId"] for message in feed["messages"]]
        sound = feed["header"]["version"] == "2.0" and feed["header"]["sellerId"] == seller_id
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return "The feed could not be parsed."
    if not sound:
        return "The header of the feed is not valid."
    if not 1 <= len(ids) <= MOST_MESSAGES or len(set(ids)) != len(ids):
        return "The messages of the feed are too many, or not unique."
    return list(messages)


def _summary(processed: int, invalid: int) -> dict[str, object]:
    return {
        "errors": invalid,
        "warnings": 0,
        "messagesProcessed": processed,
        "messagesAccepted": processed - invalid,
        "messagesInvalid": invalid,
    }
