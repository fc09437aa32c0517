"""The page's door: what it is made of, where that comes from, and who may use it; nothing here changes anything."""

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
import pytest_asyncio

from playground.page.actions import ACTIONS
from playground.page.guard import why_not
from playground.page.routes import FILES
from tests.playground.running import Visit, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visit]:
    async with visiting(tmp_path_factory.mktemp("data")) as found:
        yield found


class Parts(HTMLParser):
    """What a page refers to, and what it holds that its policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [value for name, value in attrs if name in ("src", "href") and value]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


async def test_the_page_and_its_files_come_from_here_alone(visit: Visit) -> None:
    page = await visit.client.get("/")
    parts = Parts()
    parts.feed(page.text)
    files = [link for link in parts.links if not link.startswith("#")]
    answers = [await visit.client.get(link) for link in files]

    assert parts.inline == []
    assert all(link.startswith("/page/") for link in files)
    assert [answer.status_code for answer in answers] == [200] * len(files)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


async def test_every_file_is_served_as_what_it_is(visit: Visit) -> None:
    kinds = {".css": "text/css", ".html": "text/html", ".js": "javascript", ".svg": "image/svg+xml"}
    for file in FILES.iterdir():
        answer = await visit.client.get(f"/page/{file.name}")
        assert kinds[Path(file.name).suffix] in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_no_script_makes_markup_out_of_text() -> None:
    scripts = [file.read_text("utf-8") for file in FILES.iterdir() if file.name.endswith(".js")]

    assert len(scripts) > 5
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "import("):
        assert not [text for text in scripts if word in text], word


async def test_nothing_else_is_served(visit: Visit) -> None:
    for path in ("/page/..%2Froutes.py", "/page/routes.py", "/page/", "/playground/nothing"):
        assert (await visit.client.get(path)).status_code == 404, path


FOREIGN = (
    {"host": "evil.example"},
    {"host": "evil.example:3000"},
    {"host": "127.0.0.1.evil.example"},
    {"host": "[::bad"},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:1"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
    {"x-forwarded-for": "10.0.0.1"},
)
GUARDED = ("/playground/do/buy", "/playground/state", "/page/page.js", "/stand-ins/slack/api/chat.postMessage")


async def test_a_foreign_site_is_refused_and_changes_nothing(visit: Visit) -> None:
    fields = {"shop": "shopify", "sku": "CAP-BLACK", "quantity": 1}
    for path, headers in product(GUARDED, FOREIGN):
        answer = await visit.client.post(path, json=fields, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), (path, headers)

    assert not visit.playground.outside.shop.orders


async def test_another_machine_is_refused() -> None:
    scope = {"type": "http", "client": ("192.0.2.7", 5000), "method": "GET"}

    assert why_not(scope, {"host": "127.0.0.1:3000"}) == "the playground is for this machine alone"


async def test_the_page_answers_to_localhost_too(visit: Visit) -> None:
    port = visit.playground.address.rpartition(":")[2]
    own = {"host": f"localhost:{port}", "origin": f"http://localhost:{port}", "sec-fetch-site": "same-origin"}

    assert (await visit.client.get("/", headers=own)).status_code == 200


async def test_a_get_does_nothing(visit: Visit) -> None:
    for name in ACTIONS:
        answer = await visit.client.get(f"/playground/do/{name}", params={"shop": "shopify", "sku": "CAP-BLACK"})
        assert answer.status_code == 405, name


JSON = "application/json"
WRONG = (
    (b"shop=shopify&sku=CAP-BLACK&quantity=1", "application/x-www-form-urlencoded", 415),
    (b"{", JSON, 400),
    (b"[]", JSON, 400),
    (b'{"shop": "ebay", "sku": "CAP-BLACK", "quantity": 1}', JSON, 400),
    (b'{"shop": "shopify", "sku": "CAP-BLACK", "quantity": 0}', JSON, 400),
    (b'{"shop": "shopify", "sku": "CAP-BLACK", "quantity": "1"}', JSON, 400),
    (b'{"shop": "shopify", "sku": "NOTHING", "quantity": 1}', JSON, 409),
)


async def test_a_wrong_request_is_refused_with_a_reason(visit: Visit) -> None:
    for body, kind, status in WRONG:
        answer = await visit.client.post("/playground/do/buy", content=body, headers={"content-type": kind})
        assert answer.status_code == status, body
        assert answer.json()["error"]["message"]

    assert not visit.playground.outside.shop.orders
