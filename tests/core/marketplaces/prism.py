"""Prism as a child process: it serves a model of Amazon's and refuses what the model does not allow."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.core.programs import await_port, cache, free_port, settle, start

_PACKAGE = "@stoplight/prism-cli@5.16.0"


class MissingError(Exception):
    """Prism cannot be run here, and why."""


@contextmanager
def prisms(models: Sequence[Path]) -> Iterator[Mapping[Path, str]]:
    """The address at which each model is served; MissingError when Node or npm is not there or cannot fetch Prism."""
    program, node = _fetched(), shutil.which("node")
    if node is None:
        raise MissingError("there is no node")
    ports = {model: free_port() for model in models}
    with ExitStack() as running:
        for model, port in ports.items():
            options = ["mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(model)]
            process = start([node, str(program), *options])
            running.callback(process.wait)
            running.callback(process.kill)
        for port in ports.values():
            await_port(port)
        yield {model: f"http://127.0.0.1:{port}" for model, port in ports.items()}


def _fetched() -> Path:
    home = cache() / _PACKAGE.rpartition("/")[2].replace("@", "-")
    if not home.is_dir():
        with tempfile.TemporaryDirectory(dir=cache()) as place:
            _install(Path(place) / "prism")
            settle(Path(place) / "prism", home)
    program = home / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not program.is_file():
        raise MissingError(f"{_PACKAGE} has no program")
    return program


def _install(place: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("there is no npm")
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    try:
        subprocess.run(
            [npm, "install", "--prefix", str(place), *options, _PACKAGE], check=True, capture_output=True, timeout=80
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"npm cannot fetch {_PACKAGE}") from error
