"""The views of a workspace: one Home tab a person, and the stack of modals each person has open."""

import itertools
from dataclasses import replace

from playground.changes import Changes
from playground.slack.errors import SlackError
from playground.slack.identifiers import Identifiers
from playground.slack.records import JsonObject, View

_STACK_LIMIT = 3


class Views:
    """Every view that somebody has in front of them."""

    def __init__(self, identifiers: Identifiers, changes: Changes) -> None:
        self._identifiers = identifiers
        self._changes = changes
        self._homes: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}

    def home(self, user: str) -> View | None:
        """The person's Home tab, if one was published."""
        return self._homes.get(user)

    def modal(self, user: str) -> View | None:
        """The modal on top of the person's stack, if any is open."""
        stack = self._stacks.get(user, [])
        return stack[-1] if stack else None

    def find(self, view_id: str = "", external_id: str = "") -> View | None:
        """The view with this id, or with this external_id."""
        for view in itertools.chain(self._homes.values(), *self._stacks.values()):
            if view.id == view_id or (external_id and view.body.get("external_id") == external_id):
                return view
        return None

    def publish(self, user: str, body: JsonObject, view_hash: str = "") -> View:
        """Show this Home tab to the person; raises hash_conflict when it has changed since."""
        shown = self._homes.get(user)
        view = self._next(shown, body, view_hash) if shown else self._new(user, body)
        self._homes[user] = view
        self._changes.tell()
        return view

    def open(self, user: str, body: JsonObject) -> View:
        """Start a new stack with this modal."""
        view = self._new(user, body)
        self._put(user, [view])
        return view

    def push(self, user: str, body: JsonObject) -> View:
        """Put this modal on top of the stack; raises push_limit_reached above three."""
        stack = self._stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= _STACK_LIMIT:
            raise SlackError("push_limit_reached")
        view = self._new(user, body)
        view = replace(view, root_id=stack[0].id, previous_id=stack[-1].id)
        self._put(user, [*stack, view])
        return view

    def update(self, view: View, body: JsonObject, view_hash: str = "") -> View:
        """Change an open view; raises hash_conflict when it has changed since."""
        changed = self._next(view, body, view_hash)
        if view.type == "home":
            self._homes[view.user] = changed
        stack = self._stacks.get(view.user, [])
        self._put(view.user, [changed if each.id == view.id else each for each in stack])
        return changed

    def close(self, user: str, *, all_of_them: bool = False) -> None:
        """Take the top modal away, or the whole stack."""
        self._put(user, [] if all_of_them else self._stacks.get(user, [])[:-1])

    def _put(self, user: str, stack: list[View]) -> None:
        self._stacks[user] = stack
        self._changes.tell()

    def _new(self, user: str, body: JsonObject) -> View:
        if self.find(external_id=body.get("external_id", "")):
            raise SlackError("duplicate_external_id")
        view_id = self._identifiers.new("V")
        return View(view_id, user, self._hash(), self._with_ids(body), root_id=view_id)

    def _next(self, view: View, body: JsonObject, view_hash: str) -> View:
        if view_hash and view_hash != view.hash:
            raise SlackError("hash_conflict")
        return replace(view, hash=self._hash(), body=self._with_ids(body))

    def _hash(self) -> str:
        return f"{self._identifiers.timestamp()}.{self._identifiers.new('h')}"

    def _with_ids(self, body: JsonObject) -> JsonObject:
        return {**body, "blocks": self._identifiers.fill(body["blocks"])}
