"""The form that every stored item carries: the version by which it is read right later, and never read wrong."""

from __future__ import annotations

from core.errors import Unavailable
from core.stores.dynamodb.values import Item, Value, number, whole_of

FORM = 1  # raised with a change that a reader from before it would misread
FORM_NAME = "form"


def form() -> dict[str, Value]:
    """The attribute that says in which form an item was written."""
    return {FORM_NAME: number(FORM)}


def fit(item: Item) -> Item:
    """The item, where this SyncState can read it: Unavailable where a newer one wrote it.

    The first items carry no form, and say the same as those of form 1.
    """
    if whole_of(item, FORM_NAME) > FORM:
        raise Unavailable("a row was written by a newer SyncState: run that version here")
    return item
