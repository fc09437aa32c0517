"""How fast Slack may be spoken to: when the next post or edit may go out, and how long an outage is waited out."""

from __future__ import annotations

POST_EVERY = 1.0
EDIT_EVERY = 1.25
SAME_MESSAGE_EVERY = 3.0
PARENT_EVERY = 10.0
_PATIENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_REMEMBERED = 1_000


class Pace:
    """Answers with times (epoch s), takes times, and never waits: about one post a second in each channel."""

    def __init__(self) -> None:
        self._posts: dict[str, float] = {}
        self._messages: dict[str, float] = {}
        self._edits = 0.0
        self._quiet_until = 0.0
        self._strikes = 0

    def post_at(self, channel: str) -> float:
        """When the channel may get its next post."""
        return max(self._quiet_until, self._posts.get(channel, 0.0))

    def edit_at(self, message: str, *, urgent: bool) -> float:
        """When the message may be edited; an urgent edit does not wait for the one before it."""
        same = 0.0 if urgent else self._messages.get(message, 0.0)
        return max(self._quiet_until, self._edits, same)

    def posted(self, channel: str, now: float) -> None:
        """A post has gone out."""
        self._posts[channel] = now + POST_EVERY

    def edited(self, message: str, now: float, *, parent: bool = False) -> None:
        """An edit has gone out; the parent of a storm is edited less often."""
        self._edits = now + EDIT_EVERY
        self._messages[message] = now + (PARENT_EVERY if parent else SAME_MESSAGE_EVERY)
        if len(self._messages) > _REMEMBERED:
            self._messages = {each: at for each, at in self._messages.items() if at > now}

    def hold_posts(self, channel: str, until: float) -> None:
        """Slack wants no post in the channel before that."""
        self._posts[channel] = until

    def hold_edits(self, until: float) -> None:
        """Slack wants no edit before that."""
        self._edits = until

    def strike(self, now: float) -> float:
        """Slack does not answer: leave it alone for a while, longer each time; until when."""
        self._quiet_until = now + _PATIENCE[min(self._strikes, len(_PATIENCE) - 1)]
        self._strikes += 1
        return self._quiet_until

    def recover(self) -> None:
        """Slack answers again."""
        self._strikes = 0
