"""The picture of the digest: drawn in a process of its own, within bounds, from whatever there is."""

import ast
import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from bot import chart, drawing
from bot.chart import NoChartError, draw
from bot.views.chart import drawing as drawn_from
from bot.views.chart import in_words
from core.digest import DigestFacts, RunningOut

DUE = 1_763_899_200.0
ODD = ("$x$ & <b>", "A" * 200, "红衬衫", "a\nb")


def facts(names: tuple[str, ...] = ("ABC-1",), pace: tuple[int, ...] = (0, 3, 10**9)) -> DigestFacts:
    return DigestFacts(DUE - 86_400, DUE, (), tuple(RunningOut(name, 5, 2.5) for name in names), (), (), pace)


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-c", code)


@pytest.mark.parametrize("names", [ODD, ()])
async def test_a_picture_comes_of_whatever_there_is(names: tuple[str, ...]) -> None:
    picture = await draw(facts(names))

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.rstrip().endswith(b"IEND\xaeB`\x82")
    assert 5_000 < len(picture) < 500_000


async def test_the_loop_goes_on_while_it_is_drawn() -> None:
    drawing_it = asyncio.create_task(draw(facts()))
    beats = 0
    while not drawing_it.done():
        await asyncio.sleep(0.01)
        beats += 1

    await drawing_it
    assert beats > 10
    assert "matplotlib" not in sys.modules


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(3)", "ended with 3"),
        ("print('not a picture')", "ended with 0"),
        ("import sys; sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(3_000_000))", "3,000,008 bytes"),
        ("import os; os.kill(os.getpid(), 9)", "ended with -9"),
        ("import sys; sys.stdin.close()", "ended with 0"),
    ],
)
async def test_a_process_that_draws_nothing_is_a_failure_with_a_reason(code: str, why: str) -> None:
    with pytest.raises(NoChartError, match=why):
        await draw(facts(), program(code))


async def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    code = f"import os, time; open({str(place)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    started = time.monotonic()

    with pytest.raises(NoChartError, match=r"within 1\.5 s"):
        await draw(facts(), program(code), seconds=1.5)

    assert time.monotonic() - started < 10
    assert _has_ended(int(place.read_text()))


def _has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_program_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(NoChartError, match="does not start"):
        await draw(facts(), ("/nowhere/python",))


async def test_the_process_gets_none_of_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    place = tmp_path / "env"

    with pytest.raises(NoChartError):
        await draw(facts(), program(f"import os; open({str(place)!r}, 'w').write(repr(dict(os.environ)))"))

    assert "xoxb" not in place.read_text()


def test_the_program_is_alone_with_matplotlib() -> None:
    tree = ast.parse(Path(drawing.__file__).read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules = {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not (names | modules) & {"bot", "core", "app", "settings"}
    assert str(Path(drawing.__file__)) in chart.PROGRAM


def test_its_words_say_what_it_shows_and_stay_within_slacks_limit() -> None:
    text = in_words(facts(("A" * 200,) * 5, tuple(range(10**8, 10**8 + 14))))

    assert len(text) <= 1_000
    assert text.startswith("Bar chart: 1,400,000,091 units sold in 14 days")


def test_names_are_cut_and_days_bounded_for_the_picture() -> None:
    made = drawn_from(facts(("A" * 200,)))

    assert made["soonest"] == [{"sku": "A" * 23 + "…", "days": 2.5}]
    assert made["labels"] == ["21 Nov", "22 Nov", "23 Nov"]
