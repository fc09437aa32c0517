"""The places where blocks can be shown."""

from enum import StrEnum


class Surface(StrEnum):
    """A place for blocks; a message holds fewer of them than a view."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


EVERYWHERE = frozenset(Surface)
MESSAGES = frozenset({Surface.MESSAGE})
MODALS = frozenset({Surface.MODAL})
NOT_MODALS = frozenset({Surface.MESSAGE, Surface.HOME})
MAX_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
