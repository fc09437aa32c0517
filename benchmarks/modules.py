"""`syncstate serve`, as a process that tells at its end which modules of other people it had imported."""

from __future__ import annotations

import sys
from pathlib import Path

from cli import main


def third_party() -> list[str]:
    """The names of all modules that were installed beside Python, in the order of their import."""
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    return [name for name, file in files.items() if file and "site-packages" in Path(file).parts]


if __name__ == "__main__":
    main(["serve"], standalone_mode=False)
    print("\n".join(third_party()))
