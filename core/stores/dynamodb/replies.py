"""What DynamoDB can answer instead of yes, as errors of our own; nothing outside this package sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from core.errors import Unavailable
from core.stores.dynamodb.values import Item

CONFLICTS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "ReplicatedWriteConflictException",
    }
)
NO_ANSWER = (HTTPClientError, ConnectionError, IncompleteReadError, ChecksumError, ResponseParserError)
_UNSURE = frozenset({"InternalServerError", "InternalFailure", "ServiceUnavailable", "TransactionInProgressException"})


class ConditionFailedError(Exception):
    """The condition did not hold: `item` is what is stored (None: nothing is)."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition does not hold")
        self.item = item


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one item of a transaction cancelled it ("None": it did not), and what is stored there."""

    code: str
    item: Item | None

    @property
    def failed(self) -> bool:
        """Whether its condition did not hold."""
        return self.code == "ConditionalCheckFailed"


class CancelledError(Exception):
    """The transaction changed nothing: one reason for each of its items, in order."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(sorted({reason.code for reason in reasons})))
        self.reasons = reasons

    @property
    def contended(self) -> bool:
        """Whether it was in somebody's way, so that the same may pass a moment later."""
        return any(reason.code in CONFLICTS for reason in self.reasons)

    @property
    def failed(self) -> bool:
        """Whether a condition did not hold."""
        return any(reason.failed for reason in self.reasons)


class BusyError(Exception):
    """Nothing was changed: too much at once, or another transaction was in the way."""

    contended = True
    failed = False


class LostError(Exception):
    """No answer came: it may have been done, or not."""


class MalformedError(Exception):
    """DynamoDB refuses this request for what it is, such as an item over 400 KB."""


class TakenError(Exception):
    """What should be made is there already, or somebody is making it."""


class AbsentError(Exception):
    """There is no such table."""


class UnknownError(Exception):
    """The server does not have this operation."""


_KINDS: Mapping[str, type[Exception]] = {
    **dict.fromkeys(_BUSY, BusyError),
    **dict.fromkeys(_UNSURE, LostError),
    "ValidationException": MalformedError,
    "LimitExceededException": BusyError,
    "ResourceInUseException": TakenError,
    "ResourceNotFoundException": AbsentError,
    "TableNotFoundException": AbsentError,
    "UnknownOperationException": UnknownError,
    "ContinuousBackupsUnavailableException": BusyError,
}
_NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, TokenRetrievalError)
_GIVE_CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or give this machine a role"
_MEANINGS = {
    "AccessDeniedException": "the AWS credentials do not allow it",
    "ExpiredTokenException": "the AWS credentials have expired",
    "InvalidSignatureException": "AWS_SECRET_ACCESS_KEY is wrong, or this machine's clock is",
    "UnrecognizedClientException": "the AWS credentials are not valid",
}


def translate(operation: str, error: BotoCoreError | ClientError | ResponseParserError) -> Exception:
    """The error of ours that says the same; what nobody here can handle is Unavailable."""
    if isinstance(error, NO_ANSWER):
        return LostError(f"DynamoDB did not answer {operation}: {type(error).__name__}")
    if isinstance(error, _NO_CREDENTIALS):
        return Unavailable(f"DynamoDB cannot be asked: there are no AWS credentials ({_GIVE_CREDENTIALS})")
    if not isinstance(error, ClientError):
        return Unavailable(f"DynamoDB cannot be asked: {type(error).__name__}")
    answer: Mapping[str, Any] = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    if code == "ConditionalCheckFailedException":
        return ConditionFailedError(answer.get("Item"))
    if code == "TransactionCanceledException":
        return CancelledError(tuple(_reason(each) for each in answer.get("CancellationReasons", [])))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    unknown = LostError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Unavailable
    means = f" ({_MEANINGS[code]})" if code in _MEANINGS else ""
    return _KINDS.get(code, unknown)(f"DynamoDB refuses {operation}: {code}{means}")


def _reason(answer: Mapping[str, Any]) -> Reason:
    return Reason(str(answer.get("Code", "None")), answer.get("Item") or None)
