"""The npm package emulate, a Slack of other people's making, as a child process; fetched when it is needed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.programs import await_answer, fetched, free_port, npm, program

_PACKAGE = "emulate@0.11.2"  # the newest that runs on Node 20; what the registry calls its latest is another program
WHOLE, MUTE = "xoxb-whole", "xoxb-mute"
_SCOPES = {
    WHOLE: ("chat:write", "channels:history", "channels:join", "channels:read", "files:write"),
    MUTE: ("users:read",),
}


@contextmanager
def emulated_slack() -> Iterator[str]:
    """The address of its Web API, with strict scopes, a channel `general` and two tokens; MissingError."""
    node, port = program("node"), free_port()
    entry = fetched(_PACKAGE, _installed) / "node_modules" / "emulate" / "dist" / "index.js"
    with tempfile.TemporaryDirectory() as place:
        seed, log = Path(place) / "seed.json", Path(place) / "log"
        seed.write_text(json.dumps(_seed()))
        url = f"http://127.0.0.1:{port}"
        options = ["--service", "slack", "--port", str(port), "--seed", str(seed), "--base-url", url]
        env = {"PATH": os.environ.get("PATH", ""), "HOME": place}
        with log.open("wb") as said:
            command = [node, str(entry), "start", *options]
            process = subprocess.Popen(command, cwd=place, stdout=said, stderr=said, env=env)
        try:
            await_answer(port, process)
            yield f"{url}/api/"
        finally:
            process.kill()
            process.wait()


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


def _installed(place: Path) -> Path:
    made = place / "made"
    made.mkdir()
    npm(_PACKAGE, made, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", str(made))
    return made
