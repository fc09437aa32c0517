"""Many quantities in one feed; source: Feeds API 2021-06-30 with JSON_LISTINGS_FEED v2."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote

import orjson

from core.errors import BadPayload, ChannelError, SyncStateError
from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.api import SellingPartner
from core.marketplaces.amazon.documents import Documents
from core.marketplaces.amazon.feed_log import FeedLog, is_unnamed
from core.marketplaces.amazon.feed_report import read_report
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.operations import (
    CANCEL_FEED,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    GET_FEED,
    GET_FEED_DOCUMENT,
    GET_FEEDS,
)
from core.marketplaces.amazon.patches import PRODUCT_TYPE, patches
from core.marketplaces.bodies import read_json, rows, table
from core.ports import Pushed, Want

_log = logging.getLogger(__name__)
FEED_TYPE = "JSON_LISTINGS_FEED"
MOST = 25_000
_BYTES = 10_000_000
_PATH = "/feeds/2021-06-30"
_JSON = "application/json; charset=UTF-8"
_UNFINISHED = ("IN_QUEUE", "IN_PROGRESS")
_FIRST_LOOK, _LONGEST_LOOK = 5.0, 60.0
_GIVEN_UP = 6 * 3_600.0
_LOOK_AGAIN = 60.0
_CANCEL_SECONDS = 2.0
_SIGN = 15.0
OLDER = "an older feed is still being processed there; it is told again after that"
_NEXT = "it did not fit into the feed and goes with the next one"


class Feeds:
    """The feeds of one seller. `clock` gives epoch seconds, `sleep` waits."""

    def __init__(
        self,
        api: SellingPartner,
        documents: Documents,
        access: AmazonAccess,
        log: FeedLog,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._api = api
        self._documents = documents
        self._access = access
        self._clock = clock
        self._sleep = sleep
        self._log = log
        self._older: set[str] | None = None
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Send the wants in one feed and wait for its report, however long that takes; one answer each.

        What does not fit into a feed's 10 MiB, and all of a feed that came to nothing, is answered as not yet told; so
        is all of it while an older feed is at work, which may hold the same SKUs. ChannelError when none can be made.
        """
        if await self.is_older_at_work():
            return _not_yet(wants, OLDER)
        content, count = _feed(self._access.seller_id, wants[:MOST])
        feed_id = await self._create(content)
        _log.info("feed %s holds %d SKUs", feed_id, count)
        try:
            answers = await self._result(feed_id, wants[:count])
        except (ChannelError, BadPayload) as error:
            answers = _not_yet(wants[:count], error.reason)
        if await self.is_older_at_work():
            return _not_yet(wants, OLDER)
        return [*answers, *_not_yet(wants[count:], _NEXT)]

    async def is_older_at_work(self) -> bool:
        """Whether a feed is still being processed whose maker is gone: what it holds may yet overwrite ours.

        Amazon is asked at first, when somebody who is gone was about to make one, and for as long as there is one.
        Unavailable.
        """
        async with self._looking:
            gone, there = await self._log.look()
            named = {name for name in gone if not is_unnamed(name)}
            has_time = self._clock() - self._looked_at >= _LOOK_AGAIN
            known, first = self._older or set(), self._older is None
            asked = await self._left_behind() - there if first or (gone - named and has_time) else set[str]()
            if has_time or named - known:
                self._looked_at = self._clock()
                known = {each for each in known | named if await self._is_at_work(each)}
            self._older = known | asked
        return bool(self._older)

    async def _create(self, content: bytes) -> str:
        document = await self._api.read(CREATE_FEED_DOCUMENT, "POST", f"{_PATH}/documents", {"contentType": _JSON})
        document_id = _long_id(document.get("feedDocumentId"))
        await self._documents.upload(document.get("url"), content, _JSON)
        body = {
            "feedType": FEED_TYPE,
            "marketplaceIds": [self._access.marketplace_id],
            "inputFeedDocumentId": document_id,
        }
        name = await self._log.begin()
        try:
            answer = await self._api.call(CREATE_FEED, "POST", f"{_PATH}/feeds", body, again=False)
        except ChannelError:
            self._older = None  # perhaps there is a feed that we do not know of
            raise
        feed_id = _long_id(self._api.said(CREATE_FEED, answer).get("feedId"))
        if not feed_id:
            raise ChannelError(CHANNEL, "createFeed gave no feed")
        await self._log.rename(name, feed_id)
        return feed_id

    async def _result(self, feed_id: str, wants: Sequence[Want]) -> Sequence[Pushed]:
        try:
            feed = await self._finished(feed_id)
        except (asyncio.CancelledError, ChannelError):
            await self._take_back(feed_id)
            raise
        await self._log.end(feed_id)
        document_id = _long_id(feed.get("resultFeedDocumentId"))
        if _status(feed) == "CANCELLED" or not document_id:
            raise ChannelError(CHANNEL, f"a feed ended as {_status(feed)} without a report")
        path = f"{_PATH}/documents/{quote(document_id, safe='')}"
        document = await self._api.read(GET_FEED_DOCUMENT, "GET", path)
        report = table(read_json((await self._documents.text(document)).encode()))
        answers = read_report(report, wants)
        if _status(feed) == "FATAL":
            raise ChannelError(CHANNEL, "a feed was refused as a whole")
        return answers

    async def _finished(self, feed_id: str) -> Mapping[str, object]:
        wait, until = _FIRST_LOOK, self._clock() + _GIVEN_UP
        while self._clock() < until:
            await self._rest(wait, feed_id)
            wait = min(_LONGEST_LOOK, wait * 1.5)
            try:
                feed = await self._state(feed_id)
            except ChannelError as error:
                _log.warning("feed %s cannot be looked at: %s", feed_id, error)
                continue
            if _status(feed) not in _UNFINISHED:
                return feed
        raise ChannelError(CHANNEL, f"a feed is not processed after {_GIVEN_UP / 3600:.0f} hours")

    async def _rest(self, seconds: float, feed_id: str) -> None:
        """Wait so long, and let others see meanwhile that the feed is not left behind."""
        left = seconds
        while left > 0.0:
            await self._sleep(min(left, _SIGN))
            await self._log.sign(feed_id)
            left -= _SIGN

    async def _state(self, feed_id: str) -> Mapping[str, object]:
        return await self._api.read(GET_FEED, "GET", f"{_PATH}/feeds/{quote(feed_id, safe='')}")

    async def _is_at_work(self, feed_id: str) -> bool:
        try:
            if _status(await self._state(feed_id)) in _UNFINISHED:
                return True
        except ChannelError as error:
            _log.warning("feed %s cannot be looked at: %s", feed_id, error)
            return True
        await self._log.end(feed_id)
        return False

    async def _take_back(self, feed_id: str) -> None:
        """Take the feed back if Amazon has not begun with it; else it is an older one from now on."""
        self._older = {feed_id, *(self._older or ())}
        self._log.give_up(feed_id)
        try:
            async with asyncio.timeout(_CANCEL_SECONDS):
                await self._api.call(CANCEL_FEED, "DELETE", f"{_PATH}/feeds/{quote(feed_id, safe='')}")
        except (SyncStateError, TimeoutError) as error:
            _log.warning("feed %s could not be taken back: %s", feed_id, error)

    async def _left_behind(self) -> set[str]:
        query = f"feedTypes={FEED_TYPE}&processingStatuses={','.join(_UNFINISHED)}&pageSize=100"
        try:
            said = await self._api.read(GET_FEEDS, "GET", f"{_PATH}/feeds?{query}")
        except ChannelError as error:
            _log.warning("whether older feeds are at work is not known: %s", error)
            return set()
        return {found for feed in map(table, rows(said.get("feeds"))) if (found := _long_id(feed.get("feedId")))}


def _feed(seller_id: str, wants: Sequence[Want]) -> tuple[bytes, int]:
    """The feed, and how many of the wants fit into it."""
    header = {"sellerId": seller_id, "version": "2.0", "issueLocale": "en_US"}
    parts: list[bytes] = []
    size = 0
    for place, want in enumerate(wants, 1):
        message = {
            "messageId": place,
            "sku": want.sku,
            "operationType": "PATCH",
            "productType": PRODUCT_TYPE,
            "patches": patches(want),
        }
        part = orjson.dumps(message)
        size += len(part) + 1
        if size > _BYTES:
            break
        parts.append(part)
    return b'{"header":' + orjson.dumps(header) + b',"messages":[' + b",".join(parts) + b"]}", len(parts)


def _not_yet(wants: Sequence[Want], reason: str) -> Sequence[Pushed]:
    return [Pushed(want.sku, ok=False, error=reason, listing=want.listing) for want in wants]


def _status(feed: Mapping[str, object]) -> str:
    status = feed.get("processingStatus")
    return status if isinstance(status, str) else ""


def _long_id(value: object) -> str:
    """An id as Amazon gives them to feeds and documents, or ""."""
    return value if isinstance(value, str) else ""
