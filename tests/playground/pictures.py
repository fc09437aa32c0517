"""What the pictures in docs/images were made from: `python -m tests.playground.pictures` writes it down beside them."""

import re
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
RECORD = IMAGES / "made-from.txt"
_SOURCES = ("playground/page", "playground/stories", "tests/playground/browser")
_KINDS = frozenset({".py", ".js", ".css", ".html", ".svg"})
_TAKEN = re.compile(r'take_picture\(page, f?"([a-z{-]+)')


def digest() -> str:
    """SHA-256, in hex, of the page's files, the stories' and those of the tests that take the pictures."""
    files = [file for folder in _SOURCES for file in (ROOT / folder).rglob("*") if file.suffix in _KINDS]
    found = sha256()
    for file in sorted(files):
        found.update(f"{file.relative_to(ROOT).as_posix()}\n".encode() + file.read_bytes())
    return found.hexdigest()


def starts() -> set[str]:
    """How the names of the pictures that the tests take begin, each up to where it varies."""
    tests = (ROOT / "tests/playground/browser").glob("test_*.py")
    return {start.partition("{")[0] for file in tests for start in _TAKEN.findall(file.read_text("utf-8"))}


if __name__ == "__main__":
    RECORD.write_text(f"{digest()}\n", "utf-8")
