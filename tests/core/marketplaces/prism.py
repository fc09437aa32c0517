"""Prism as a child process: it serves a model of Amazon's and refuses what the model does not allow."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

_PACKAGE = "@stoplight/prism-cli@5.16.0"
_PATIENCE = 60.0


class MissingError(Exception):
    """Prism cannot be run here, and why."""


@contextmanager
def prisms(models: Sequence[Path]) -> Iterator[Mapping[Path, str]]:
    """The address at which each model is served; MissingError when Node or npm is not there or cannot fetch Prism."""
    program, node = _fetched(), shutil.which("node")
    if node is None:
        raise MissingError("there is no node")
    ports = {model: _free_port() for model in models}
    with ExitStack() as running:
        for model, port in ports.items():
            options = ["mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(model)]
            process = subprocess.Popen(
                [node, str(program), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            running.callback(process.wait)
            running.callback(process.kill)
        for port in ports.values():
            _await(port)
        yield {model: f"http://127.0.0.1:{port}" for model, port in ports.items()}


def _await(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise MissingError("it does not start")


def _fetched() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "syncstate"
    home = cache / _PACKAGE.rpartition("/")[2].replace("@", "-")
    if not home.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as place:
            _install(Path(place) / "prism")
            _settle(Path(place) / "prism", home)
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


def _settle(made: Path, home: Path) -> None:
    try:
        made.rename(home)
    except OSError:
        # Another test process was faster.
        if not home.is_dir():
            raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
