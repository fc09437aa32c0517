"""The sub-commands, one file each: a module here is a Command, found by its presence."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType

from bot.call import Command


def all_commands() -> tuple[Command, ...]:
    """Every sub-command in the order of its file name; TypeError names a file that does not keep the contract."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(_checked(importlib.import_module(f"{__name__}.{name}")) for name in names)


def route(commands: Sequence[Command], slash: str, words: Sequence[str]) -> tuple[Command, tuple[str, ...]]:
    """The sub-command that is meant, and the words for it; LookupError for a slash command that is not served."""
    ours = {command.NAME: command for command in commands if slash == command.SLASH}
    first = words[0] if words else ""
    for name in (first, first.lower() if len(words) > 1 else ""):
        if name in ours:
            return ours[name], tuple(words[1:])
    for command in ours.values():
        if command.BARE:
            return command, tuple(words)
    raise LookupError(slash)


def _checked(module: ModuleType) -> Command:
    if not isinstance(module, Command):
        raise TypeError(f"{module.__name__} does not keep the contract of bot.call.Command")
    return module
