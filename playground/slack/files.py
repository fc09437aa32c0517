"""Files of a workspace: announced, sent to a URL that works once, and seen by nobody before they are shared."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from playground.changes import Changes
from playground.slack.errors import SlackError
from playground.slack.identifiers import Identifiers
from playground.slack.records import JsonObject

_SECONDS_VALID = 30 * 60.0


@dataclass(frozen=True, slots=True)
class File:
    """A file: `length` is what was announced, `content` what came; `channel` is where it was shared, if it was."""

    id: str
    name: str
    length: int
    alt: str
    issued: float
    content: bytes | None = None
    title: str = ""
    channel: str = ""
    thread_ts: str = ""
    completed: bool = False

    def as_json(self) -> JsonObject:
        """The `file` object of methods and messages."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "size": len(self.content or b""),
            "alt_txt": self.alt,
            "channels": [self.channel] if self.channel else [],
        }


class Files:
    """Every file by its id, and the tokens of the URLs that wait for one."""

    def __init__(self, identifiers: Identifiers, clock: Callable[[], float], changes: Changes) -> None:
        self._identifiers = identifiers
        self._clock = clock
        self._changes = changes
        self._by_id: dict[str, File] = {}
        self._urls: dict[str, str] = {}

    @property
    def all(self) -> list[File]:
        """Every file, in the order in which they were announced."""
        return list(self._by_id.values())

    def announce(self, name: str, length: int, alt: str) -> tuple[File, str]:
        """A new file, and the token of the URL that takes it."""
        file = File(self._identifiers.new("F"), name, length, alt, self._clock())
        token = self._identifiers.new("up")
        self._urls[token] = file.id
        return self._keep(file), token

    def take(self, token: str, content: bytes) -> File:
        """What came to that URL; raises invalid_url, expired_url or length_mismatch; it works once."""
        file_id = self._urls.pop(token, "")
        if not file_id:
            raise SlackError("invalid_url")
        file = self._by_id[file_id]
        if self._clock() - file.issued > _SECONDS_VALID:
            raise SlackError("expired_url")
        if len(content) != file.length:
            raise SlackError("length_mismatch")
        return self._keep(replace(file, content=content))

    def complete(self, file_id: str, title: str, channel: str = "", thread_ts: str = "") -> File:
        """The file finished, and shared where a channel is given; file_not_found, file_not_uploaded."""
        file = self._by_id.get(file_id)
        if file is None or file.completed:
            raise SlackError("file_not_found")
        if file.content is None:
            raise SlackError("file_not_uploaded")
        return self._keep(replace(file, title=title, channel=channel, thread_ts=thread_ts, completed=True))

    def _keep(self, file: File) -> File:
        self._by_id[file.id] = file
        self._changes.tell()
        return file
