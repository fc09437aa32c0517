"""What is said when something was not done: usage, help, refusals and failures, each to one person only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.views.blocks import Content, context, paragraphs, section
from bot.views.text import code, escape, quoted


class Manual(Protocol):
    """What a command says about itself."""

    USAGE: str
    EXAMPLE: str
    HELP: str


def usage(command: Manual, reason: str = "") -> Content:
    """How the command is called, with an example; `reason` says what was wrong."""
    wrong = f"{escape(reason)}\n" if reason else ""
    lines = f"Usage: `{command.USAGE}`\nExample: `{command.EXAMPLE}`"
    slash = command.USAGE.split()[0]
    hint = (context("`/stock help` lists every command."),) if slash == "/stock" else ()
    return Content(f"{wrong}{lines}", (section(f"{wrong}{lines}"), *hint))


def wrong_input(field: str, reason: str) -> str:
    """What was wrong, in a sentence."""
    return f"The {'SKU' if field == 'sku' else field} {reason}."


def help_text(commands: Sequence[Manual]) -> Content:
    """Every command with what it is for."""
    rows = [f"`{command.USAGE}`  {command.HELP}" for command in commands]
    text = 'A SKU with spaces goes in quotes: `/stock "red shirt"`.'
    return Content("\n".join(["Commands", *rows]), (*paragraphs(["*Commands*", *rows]), context(text)))


def unknown_command(slash: str) -> Content:
    """A slash command that the app does not serve."""
    return _said(f"{code(slash, 40)} is not a command of this app. `/stock help` lists every command.")


def unknown_action() -> Content:
    """A button of an older or a foreign message."""
    return _said("This button no longer does anything. `/stock help` lists every command.")


def not_installed() -> Content:
    """A request from a workspace that is not ours."""
    return _said("SyncState is not installed here.")


def nobody() -> Content:
    """A request that does not say who asks."""
    return _said("Slack did not say who is asking, so nothing was done.")


def too_late() -> Content:
    """A form that Slack would not open any more."""
    return _said("Slack did not wait for the form. Press the button again.")


def repeated() -> Content:
    """The very same request once more."""
    return _said("This request was answered before; nothing was changed again.")


def not_allowed(reason: str) -> Content:
    """A change by somebody who may only look."""
    return _said(f"You can look but not change: {escape(reason)}. Nothing was changed.")


def cannot(reason: str) -> Content:
    """What was asked cannot be done, and why in a sentence."""
    return _said(f"{escape(reason)} Nothing was changed.")


def not_enough(sku: str, physical: int, asked: int) -> Content:
    """A take of more than there is."""
    return _said(f"{code(sku)} has {physical:,} on hand, so {asked:,} cannot be taken. Nothing was changed.")


def is_bundle(sku: str, parts: str) -> Content:
    """A count of a bundle, or units added to it or taken."""
    text = f"{code(sku)} is a bundle of {escape(parts, 1_000)} and has no stock of its own: change that of its parts."
    return _said(f"{text} Nothing was changed.")


def slow(about: str, *, changes: bool) -> Content:
    """The store did not answer in time; after a change nobody knows yet whether it was made."""
    if not changes:
        return _said("The stock store is slow right now; nothing was changed. Try again in a moment.")
    return _said(f"The stock store is slow right now, and it is not known whether this was done. {about}")


def unavailable(about: str, *, changes: bool) -> Content:
    """The store refused to answer."""
    if not changes:
        return _said("The stock store cannot be reached right now; nothing was changed. Try again in a moment.")
    return _said(f"The stock store cannot be reached right now, and it is not known whether this was done. {about}")


def failure(error_id: str, about: str = "") -> Content:
    """A fault of ours, with the id under which the log has it."""
    told = f" {about}" if about else ""
    return _said(f"Something went wrong on our side (error {code(error_id, 40)}).{told}")


def look_first(sku: str) -> str:
    """What to look at before a change is asked for again."""
    return f"Check `/stock {escape(quoted(sku), 210)}` before you try again."


def _said(text: str) -> Content:
    return Content(text, (section(text),))
