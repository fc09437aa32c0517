"""The app in a process of its own, which the playground starts and may kill: `python -m playground.alone`."""

import os
import signal
import sys
import threading

from app import run
from settings import Settings


def main() -> None:
    """Serve what the environment says, short forms unsigned, until told to stop or our parent is gone."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    run(Settings.from_env(os.environ), unsigned=True)


def _leave_with_parent() -> None:
    """The other end of the standard input closes when the parent ends, however it ends."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
