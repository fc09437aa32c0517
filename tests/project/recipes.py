"""The shell blocks of a document, run one after another as a reader would type them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
HERE, ELSEWHERE = "sh", "sh elsewhere"
_MARK = "--- block "
_SERVERS = re.compile(r"^(?P<command>.*syncstate (?:serve|playground))$", re.MULTILINE)
_ADDRESS = "127.0.0.1:3000"
_PATIENCE = 100

# What a reader does in a second terminal: let the server run, and go on once it is ready.
_BACKGROUND = r"""\g<command> >>server.log 2>&1 &
for _ in $(seq 300); do curl -s -o /dev/null "http://127.0.0.1:$PORT/readyz" && break; sleep 0.1; done"""


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block: where it begins, what it says it is, and its text."""

    line: int
    info: str
    text: str


@dataclass(frozen=True, slots=True)
class Ran:
    """How a document's blocks ended: the exit code, and what each of them printed."""

    code: int
    outputs: Sequence[str]
    errors: str


def fences(path: Path) -> list[Fence]:
    """Every fenced block of the document."""
    found = MarkdownIt().parse(path.read_text(encoding="utf-8"))
    return [Fence((each.map or [0])[0] + 1, each.info.strip(), each.content) for each in found if each.type == "fence"]


def run(blocks: Sequence[Fence], folder: Path, port: int) -> Ran:
    """Run the blocks in the folder as one session that ends at the first error; servers it started are ended.

    The folder looks like the project's to them, and port 3000 is `port`. A bad HTTP status is an error.
    """
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (folder / ".curlrc").write_text('silent\nshow-error\nfail-with-body\nmax-time = 20\nwrite-out = "\\n"\n')
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PORT": str(port)}
    process = subprocess.Popen(
        ["bash", "-c", "\n".join(_script(blocks, port))],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, errors = process.communicate(timeout=_PATIENCE)
    finally:
        _end(process)
    outputs = re.split(rf"^{_MARK}\d+\n", out, flags=re.MULTILINE)[1:]
    return Ran(process.returncode, outputs, errors)


def _script(blocks: Sequence[Fence], port: int) -> Iterator[str]:
    yield "set -euo pipefail"
    for number, block in enumerate(blocks):
        yield f"echo '{_MARK}{number}'"
        yield _SERVERS.sub(_BACKGROUND, block.text.replace(_ADDRESS, f"127.0.0.1:{port}"))
        yield "echo"


def _end(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
