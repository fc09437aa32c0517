"""The pictures in docs/images: of the page as it is, each small, none left over."""

import re

from tests.playground.pictures import IMAGES, RECORD, ROOT, digest, starts

MOST_BYTES = 150_000


def test_the_pictures_are_of_the_page_as_it_is() -> None:
    assert RECORD.read_text("utf-8").strip() == digest(), "the page or its stories have changed: run `make pictures`"


def test_the_readme_shows_the_tour_and_every_story() -> None:
    shown = set(re.findall(r"\]\(docs/images/([a-z-]+)\.png\)", (ROOT / "README.md").read_text("utf-8")))

    assert shown >= {"tour"} | {picture.stem for picture in IMAGES.glob("story-*.png")}
    assert all((IMAGES / f"{name}.png").exists() for name in shown)


def test_every_picture_is_one_that_the_tests_take_and_is_small() -> None:
    pictures = list(IMAGES.glob("*.png"))

    assert len(pictures) >= len(starts()) > 5
    for picture in pictures:
        assert picture.stem.startswith(tuple(starts())), picture.name
        assert 5_000 < picture.stat().st_size < MOST_BYTES, picture.name
