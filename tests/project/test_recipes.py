"""Every command and every `curl` of README and docs/ is run as it stands."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from app import create_app
from parts import World
from settings import Settings
from tests.programs import free_port
from tests.project.recipes import ELSEWHERE, HERE, ROOT, Fence, fences, run

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# What needs Docker, an account or hours; each line of a block that is not run begins with one of these.
NOT_HERE = ("make", "docker", "sam", "aws", "timedatectl", "git")
COMMAND = re.compile(r"^\s*(curl|\S*syncstate|openssl|docker|sam|aws|make) \S", re.MULTILINE)
API = ROOT / "docs/api.md"


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def runnable(path: Path) -> list[Fence]:
    return [each for each in fences(path) if each.info == HERE]


def plain_lines(text: str) -> list[str]:
    """The commands of a block, each on one line, without comments."""
    joined = re.sub(r"\\\n\s*", " ", text)
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("path", [each for each in DOCUMENTS if runnable(each)], ids=named)
def test_all_that_a_document_says_to_type_works(path: Path, tmp_path: Path) -> None:
    blocks = runnable(path)

    ran = run(blocks, tmp_path, free_port())

    reached = blocks[len(ran.outputs) - 1] if ran.outputs else blocks[0]
    assert ran.code == 0, f"{named(path)}:{reached.line}\n{ran.errors}\n{ran.outputs[-1:]}"
    for block, answer, output in documented(path, blocks, ran.outputs):
        assert same_shape(json.loads(answer.text), last_json(output)), f"{named(path)}:{block.line} answers {output}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_what_is_not_run_is_marked_and_known(path: Path) -> None:
    for fence in fences(path):
        if fence.info == ELSEWHERE:
            assert [line for line in plain_lines(fence.text) if line.split()[0] not in NOT_HERE] == []
        elif fence.info != HERE:
            assert not COMMAND.search(fence.text), f"{named(path)}:{fence.line} hides a command from this test"


def test_every_route_has_its_section_with_a_curl_that_calls_it() -> None:
    app = create_app(Settings.from_env({}), World())
    routes = {
        f"{method} {route.path_format}"  # type: ignore[attr-defined]
        for route in app.routes
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    }
    sections = dict(re.findall(r"^### `([A-Z]+ \S+)`$(.*?)(?=^##|\Z)", API.read_text(), re.MULTILINE | re.DOTALL))

    assert sections.keys() == routes
    for name, text in sections.items():
        path = re.sub(r"\{\w+\}", r"\\S+", name.split()[1])
        assert re.search(rf"curl (?:[^\n]|\\\n)*{path}", text), f"{name} has no curl"


def documented(path: Path, blocks: list[Fence], outputs: object) -> list[tuple[Fence, Fence, str]]:
    """Each block that is followed by a JSON block, with that and what it printed."""
    assert isinstance(outputs, list)
    everything = fences(path)
    printed = dict(zip([block.line for block in blocks], outputs, strict=False))
    pairs = pairwise(everything)
    return [(one, two, printed[one.line]) for one, two in pairs if one.info == HERE and two.info == "json"]


def last_json(output: str) -> object:
    """The JSON of the last line that is not empty."""
    return json.loads([line for line in output.splitlines() if line.strip()][-1])


def same_shape(said: object, found: object) -> bool:
    """Whether two answers have the same fields all the way down; of a list the first counts, an empty map is any."""
    if isinstance(said, dict) and isinstance(found, dict):
        return not found or (said.keys() == found.keys() and all(same_shape(said[name], found[name]) for name in said))
    if isinstance(said, list) and isinstance(found, list):
        return not said or (bool(found) and same_shape(said[0], found[0]))
    return said is None or found is None or isinstance(found, type(said))
