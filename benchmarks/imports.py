"""A process that imports the modules named in a file, says so, and waits to be ended."""

from __future__ import annotations

import importlib
import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    for name in Path(sys.argv[1]).read_text().split():
        importlib.import_module(name)
    print("imported", flush=True)
    signal.pause()
