"""What is shipped, locked and promised by the files around the code."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from statistics import median
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
SHIPPED: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

LONGEST_FILE = 300
LONGEST_FUNCTION = 45
MEDIAN_FILE = 90
MOST_PATCHES = 3

# Written in halves, so that this file does not hold what it forbids.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "proxy.golang" + ".org"]
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:root|work|home|Users|opt/pypi)/\w")


def tracked() -> list[Path]:
    """Every file that git tracks here, or would if it were added."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def relative(path: Path) -> Path:
    """The path as seen from the root of the checkout."""
    return path.relative_to(ROOT)


def modules(*places: str) -> list[Path]:
    """The Python files in these files and folders."""
    found = (ROOT / place for place in places)
    return [path for place in found for path in ([place] if place.is_file() else sorted(place.rglob("*.py")))]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Where each function of a file begins (path:line name) and how many lines it has."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{relative(path)}:{node.lineno} {node.name}", length


def pins(lock: Path) -> dict[str, list[Version]]:
    """Each package of a lock with its versions: one, or one per range of Pythons."""
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(Version(version))
    return found


def unmet(wanted: list[str], lock: Path) -> list[str]:
    """Which of these requirements the lock does not answer."""
    locked = pins(lock)
    asked = [Requirement(text) for text in wanted]
    return [
        str(each)
        for each in asked
        if not any(version in each.specifier for version in locked.get(canonicalize_name(each.name), []))
    ]


def is_patch(node: ast.AST) -> bool:
    """Whether this is a call that swaps a part of the program under test."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return bool(re.search(r"(^|\bmock\.|\bmocker\.)patch\b|\bmonkeypatch\.setattr$", called))


@pytest.mark.parametrize("name", [Path(each).stem for each in SHIPPED])
def test_no_other_distribution_ships_a_package_of_our_name(name: str) -> None:
    assert packages_distributions().get(name, ["syncstate"]) == ["syncstate"]


def test_the_wheel_holds_every_file_of_what_is_shipped(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert {Path(name).parts[0] for name in held} == set(SHIPPED)
    assert held == {str(path) for path in map(relative, tracked()) if path.parts[0] in SHIPPED}


def test_it_can_never_be_published() -> None:
    assert "Private :: Do Not Upload" in PYPROJECT["project"]["classifiers"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_requirement_has_a_version_and_a_hash(lock: Path) -> None:
    lines = [line for line in lock.read_text().replace("\\\n", "").splitlines() if not line.lstrip().startswith("#")]

    assert lines
    assert [line for line in lines if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_the_locks_answer_what_the_project_asks_for() -> None:
    runtime = PYPROJECT["project"]["dependencies"]
    groups = PYPROJECT["dependency-groups"]

    assert unmet(runtime, ROOT / "requirements/runtime.txt") == []
    assert unmet(runtime + groups["dev"], ROOT / "requirements/dev.txt") == []
    assert unmet(groups["ministack"], ROOT / "requirements/ministack.txt") == []


def test_what_runs_in_production_is_what_was_tested() -> None:
    tested = pins(ROOT / "requirements/dev.txt")

    assert {
        name: versions
        for name, versions in pins(ROOT / "requirements/runtime.txt").items()
        if tested.get(name) != versions
    } == {}


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_text(errors="ignore")
        names = [host for host in REGISTRIES if host in text] + MACHINE_PATH.findall(text)
        found += [f"{relative(path)}: {name}" for name in names]

    assert found == []


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in modules(*SHIPPED, "benchmarks", "tests")}

    assert [str(relative(path)) for path, length in lengths.items() if length > LONGEST_FILE] == []


def test_the_median_file_is_short() -> None:
    sources = [path for path in modules(*SHIPPED) if path.name != "__init__.py"]

    assert median(len(path.read_text().splitlines()) for path in sources) <= MEDIAN_FILE


def test_no_function_is_too_long() -> None:
    found = [each for path in modules(*SHIPPED, "benchmarks", "tests") for each in functions(path)]

    assert [place for place, length in found if length > LONGEST_FUNCTION and " test_" not in place] == []


def test_hardly_anything_is_patched() -> None:
    calls = [node for path in modules("tests") for node in ast.walk(ast.parse(path.read_text())) if is_patch(node)]

    assert len(calls) <= MOST_PATCHES


def test_make_alone_lists_every_target() -> None:
    make = shutil.which("make")
    assert make is not None
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None

    helped = subprocess.run([make], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert re.findall(r"^make (\w+) ", helped, re.MULTILINE) == targets[1].split()
