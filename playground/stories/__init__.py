"""Stories worth seeing: each drives the real app from outside to where things go wrong, and proves that none did."""

from playground.stories import duplicates, flash_sale, killed, slack_down, throttled
from playground.stories.story import Story

STORIES: tuple[Story, ...] = (
    duplicates.STORY,
    flash_sale.STORY,
    slack_down.STORY,
    throttled.STORY,
    killed.STORY,
)
