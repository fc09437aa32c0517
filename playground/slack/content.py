"""Reading what a message is to say from a call's arguments, and refusing what Slack would refuse."""

import json
from collections.abc import Sequence

from playground.slack.arguments import Arguments
from playground.slack.blocks import TOO_LONG, BlockError, Surface, validate_blocks
from playground.slack.errors import SlackError
from playground.slack.records import Content, Json, JsonObject

_MAX_TEXT = 40_000
_MAX_MARKDOWN = 12_000
_MAX_ATTACHMENTS = 100
_MAX_METADATA_BYTES = 16_000


def read_content(arguments: Arguments) -> Content:
    """The content of a message; raises no_text, invalid_blocks, msg_blocks_too_long and the like."""
    if arguments.has("markdown_text"):
        return _markdown(arguments)
    content = Content(
        text=arguments.text("text")[:_MAX_TEXT],
        blocks=_blocks(arguments),
        attachments=_attachments(arguments),
        metadata=_metadata(arguments),
    )
    if not (content.text.strip() or content.blocks or content.attachments):
        raise SlackError("no_text")
    return content


def refuse_blocks(errors: Sequence[BlockError]) -> None:
    """Raise what Slack answers for these faults: invalid_blocks, or msg_blocks_too_long."""
    if any(error.code == TOO_LONG for error in errors):
        raise SlackError(TOO_LONG)
    if errors:
        lines = [error.as_line() for error in errors]
        messages = [f"[ERROR] {line}" for line in lines]
        raise SlackError("invalid_blocks", errors=lines, response_metadata={"messages": messages})


def _markdown(arguments: Arguments) -> Content:
    if arguments.has("text") or arguments.has("blocks"):
        raise SlackError("markdown_text_conflict")
    text = arguments.text("markdown_text")
    if not text.strip():
        raise SlackError("no_text")
    if len(text) > _MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    return Content(text, [{"type": "markdown", "text": text}], [], _metadata(arguments))


def _blocks(arguments: Arguments) -> list[JsonObject]:
    blocks = arguments.structure("blocks", "invalid_blocks_format")
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    refuse_blocks([error.under("/blocks") for error in validate_blocks(blocks, Surface.MESSAGE)])
    return blocks


def _attachments(arguments: Arguments) -> list[JsonObject]:
    attachments = arguments.structure("attachments", "invalid_attachments")
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > _MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        errors = validate_blocks(attachment.get("blocks", []), Surface.MESSAGE)
        refuse_blocks([error.under(f"/attachments/{index}/blocks") for error in errors])
    return attachments


def _metadata(arguments: Arguments) -> JsonObject | None:
    metadata = arguments.structure("metadata", "metadata_must_be_sent_as_json")
    if not metadata:
        return None
    if not _is_metadata(metadata):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > _MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _is_metadata(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("event_type"), str)
        and bool(value["event_type"])
        and isinstance(value.get("event_payload"), dict)
    )
