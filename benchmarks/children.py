"""Child processes: started, waited for, weighed, and always stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_QUIET = 0.3


class ChildError(Exception):
    """A process that the benchmark needs has ended, or does not answer; with the last lines of what it said."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running process, the port that it was told, the folder that is all its own, and when it was started."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    started: float

    def await_answer(self, path: str, status: int = 200) -> float:
        """Seconds from the process's start to its first answer of that status."""
        return self._await(lambda: _status(self.port, path) == status)

    def await_word(self) -> float:
        """Seconds from the process's start to the first thing it wrote."""
        return self._await(lambda: (self.folder / "log").stat().st_size > 0)

    def cpu_seconds(self) -> float:
        """Processor time of this process alone, its threads included, once it has been idle for a moment."""
        spent = -1.0
        deadline = time.perf_counter() + _STOP_SECONDS
        while (now := _cpu_seconds(self.process.pid)) != spent and time.perf_counter() < deadline:
            spent = now
            time.sleep(_QUIET)
        return now

    def resident(self) -> float:
        """Resident memory in MB."""
        return _resident_bytes(self.process.pid) / 2**20

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The process stands still inside, without its connections being closed."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def said(self) -> str:
        """All that it wrote."""
        return (self.folder / "log").read_text(errors="replace")

    def _await(self, came: Callable[[], bool]) -> float:
        while not came():
            if self.process.poll() is not None or time.perf_counter() - self.started > _START_SECONDS:
                raise ChildError(f"{self.process.args!r} did not start: {self.said()[-2_000:]}")
            time.sleep(0.002)
        return time.perf_counter() - self.started


@contextmanager
def running(
    folder: Path, module: str, *arguments: str, env: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[Child]:
    """`python -m module` on a port of its own, given as `PORT`; stopped at the end, however that comes."""
    folder.mkdir(parents=True, exist_ok=True)
    child = _start(folder, [sys.executable, "-m", module, *arguments], env or {}, port or free_port())
    try:
        yield child
    finally:
        _stop(child.process)


def finished(folder: Path, module: str, *arguments: str, within: float) -> str:
    """What `python -m module` wrote until it ended by itself within so many seconds; ChildError when it did not."""
    with running(folder, module, *arguments) as child:
        try:
            child.process.wait(within)
        except subprocess.TimeoutExpired as error:
            raise ChildError(f"{module} did not end within {within:.0f} s: {child.said()[-2_000:]}") from error
        if child.process.returncode != 0:
            raise ChildError(f"{module} did not end well: {child.said()[-2_000:]}")
        return child.said()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _start(folder: Path, command: Sequence[str], env: Mapping[str, str], port: int) -> Child:
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    started = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=folder,
            env={**keep, "PYTHONPATH": str(ROOT), "PORT": str(port), **env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return Child(process, port, folder, started)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _cpu_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    seconds = 0.0
    for part in _ps(pid, "time").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _resident_bytes(pid: int) -> int:
    memory = Path(f"/proc/{pid}/statm")
    if memory.exists():
        return int(memory.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return int(_ps(pid, "rss")) * 1024


def _ps(pid: int, what: str) -> str:
    return subprocess.run(  # noqa: S603
        ["ps", "-o", f"{what}=", "-p", str(pid)],  # noqa: S607 - wherever this system has it
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
