"""What the tests that run other people's programs share: a port, patience, and a place where they are kept."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

_PATIENCE = 60.0


def cache() -> Path:
    """The folder where what was fetched is kept from one run to the next."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "syncstate"
    home.mkdir(parents=True, exist_ok=True)
    return home


def start(program: Sequence[str]) -> subprocess.Popen[bytes]:
    """A silent child process."""
    return subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def settle(made: Path, home: Path) -> None:
    """Put what was made in its place; another test process may have been faster."""
    try:
        made.rename(home)
    except OSError:
        if not home.is_dir():
            raise


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_port(port: int) -> None:
    """Come back once somebody listens there; TimeoutError when nobody ever does."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the program does not start")
