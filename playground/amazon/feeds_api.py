"""Feeds API 2021-06-30."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from playground.amazon.feeds import FEED_TYPE, Feed, Feeds
from playground.amazon.gateway import Gateway, Json, invalid_input, not_found, read_body
from playground.amazon.vault import Vault
from playground.bucket import Rate
from playground.times import utc

PATH = "/feeds/2021-06-30"


class FeedsApi:
    """The operations on feeds and their documents; `base` is where presigned addresses begin."""

    def __init__(self, feeds: Feeds, vault: Vault, marketplace_id: str) -> None:
        self._feeds = feeds
        self._vault = vault
        self._marketplace_id = marketplace_id

    def routes(self, gateway: Gateway) -> list[BaseRoute]:
        """All of them, at their own rates."""
        table = (
            ("POST", "/documents", Rate(0.5, 15), self._create_document, HTTPStatus.CREATED),
            ("POST", "/feeds", Rate(0.0083, 15), self._create, HTTPStatus.ACCEPTED),
            ("GET", "/feeds", Rate(0.0222, 10), self._list, HTTPStatus.OK),
            ("GET", "/feeds/{feed_id}", Rate(2, 15), self._get, HTTPStatus.OK),
            ("DELETE", "/feeds/{feed_id}", Rate(2, 15), self._cancel, HTTPStatus.OK),
            ("GET", "/documents/{document_id}", Rate(0.0222, 10), self._document, HTTPStatus.OK),
        )
        return [
            Route(PATH + path, gateway.operation(rate, operate, status=status), methods=[method])
            for method, path, rate, operate, status in table
        ]

    async def _create_document(self, request: Request) -> Json:
        content_type = (await read_body(request)).get("contentType")
        if not isinstance(content_type, str):
            raise invalid_input("contentType is missing")
        document = self._vault.put(content_type)
        return {"feedDocumentId": document.id, "url": self._vault.address(document, str(request.base_url))}

    async def _create(self, request: Request) -> Json:
        body = await read_body(request)
        document = self._vault.find(str(body.get("inputFeedDocumentId")))
        if body.get("feedType") != FEED_TYPE or body.get("marketplaceIds") != [self._marketplace_id]:
            raise invalid_input("feedType or marketplaceIds is not valid")
        if document is None or document.content is None:
            raise invalid_input("inputFeedDocumentId is not a document with content")
        return {"feedId": self._feeds.create(document.id).id}

    async def _list(self, request: Request) -> Json:
        self._feeds.settle()
        wanted = request.query_params.get("processingStatuses", "").split(",")
        return {"feeds": [self._shown(feed) for feed in self._feeds.all.values() if feed.status in wanted]}

    async def _get(self, request: Request) -> Json:
        return self._shown(self._find(request))

    async def _cancel(self, request: Request) -> Json:
        feed = self._find(request)
        if feed.status != "IN_QUEUE":
            raise invalid_input("The feed is not in the queue any more")
        feed.status = "CANCELLED"
        return {}

    async def _document(self, request: Request) -> Json:
        document = self._vault.find(request.path_params["document_id"])
        if document is None:
            raise not_found("There is no such document")
        found: Json = {"feedDocumentId": document.id, "url": self._vault.address(document, str(request.base_url))}
        return found | ({"compressionAlgorithm": "GZIP"} if document.packed else {})

    def _find(self, request: Request) -> Feed:
        self._feeds.settle()
        feed = self._feeds.all.get(request.path_params["feed_id"])
        if feed is None:
            raise not_found("There is no such feed")
        return feed

    def _shown(self, feed: Feed) -> Json:
        shown: Json = {
            "feedId": feed.id,
            "feedType": FEED_TYPE,
            "marketplaceIds": [self._marketplace_id],
            "createdTime": utc(feed.created_at),
            "processingStatus": feed.status,
        }
        return shown | ({"resultFeedDocumentId": feed.result_id} if feed.result_id else {})
