"""One SQS queue over AWS's client: each call blocks, and each failure is a ChannelError in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from core.errors import BadInput, ChannelError
from core.marketplaces.amazon.letters import Letter
from core.marketplaces.amazon.names import CHANNEL

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

T = TypeVar("T")
BATCH = 10
POLL = 20
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LOCAL_REGION = "us-east-1"
_CONNECT, _READ = 3.0, 5.0
_REASONS = {
    "QueueDoesNotExist": "there is no such queue",
    "AWS.SimpleQueueService.NonExistentQueue": "there is no such queue",
    "AccessDenied": "our AWS credentials may not read it",
    "AccessDeniedException": "our AWS credentials may not read it",
    "InvalidClientTokenId": "our AWS credentials are not valid",
    "ExpiredToken": "our AWS credentials have expired",
}


@dataclass(frozen=True, slots=True)
class Sqs:
    """The queue at `url`, whose own host is the service's address whatever AWS_ENDPOINT_URL says."""

    url: str
    client: SQSClient

    def receive(self, visibility: int, wait: int = POLL) -> Sequence[Letter]:
        """Up to 10 letters, hidden from others for `visibility` seconds; waits up to `wait` seconds for the first."""
        answer = _heard(
            lambda: self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=wait,
                VisibilityTimeout=visibility,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        )
        return [_letter(message) for message in answer.get("Messages", [])]

    def delete(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """Delete the letters; those that the queue failed to delete."""
        failed: list[Letter] = []
        for start in range(0, len(letters), BATCH):
            part = letters[start : start + BATCH]
            answer = _heard(
                lambda part=part: self.client.delete_message_batch(  # type: ignore[misc]
                    QueueUrl=self.url,
                    Entries=[{"Id": str(i), "ReceiptHandle": each.receipt} for i, each in enumerate(part)],
                )
            )
            failed += [part[int(each["Id"])] for each in answer.get("Failed", [])]
        return failed

    def hide(self, letters: Sequence[Letter], seconds: int) -> None:
        """Hide the letters from everybody for that long from now on (0: show them at once)."""
        for start in range(0, len(letters), BATCH):
            part = letters[start : start + BATCH]
            _heard(
                lambda part=part: self.client.change_message_visibility_batch(  # type: ignore[misc]
                    QueueUrl=self.url,
                    Entries=[
                        {"Id": str(i), "ReceiptHandle": each.receipt, "VisibilityTimeout": seconds}
                        for i, each in enumerate(part)
                    ],
                )
            )

    def arn(self) -> str:
        """The queue's Amazon Resource Name."""
        wanted = _heard(lambda: self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"]))
        return wanted.get("Attributes", {}).get("QueueArn", "")


def open_queue(url: str, region: str) -> Sqs:
    """The queue; its region is read from the address where AWS's own form of it names one.

    BadInput where AWS's own settings or files make no sense.
    """
    try:
        return _open_queue(url, region)
    except (BotoCoreError, ValueError) as error:
        raise BadInput("AMAZON_SQS_QUEUE_URL, AWS_REGION or AWS_PROFILE", str(error)) from error


def _open_queue(url: str, region: str) -> Sqs:
    parts = urlsplit(url)
    session = botocore.session.Session()
    local = parts.hostname in _LOCAL
    if local and session.get_credentials() is None:
        session.set_credentials("local", "local")
    config = Config(
        connect_timeout=_CONNECT,
        read_timeout=POLL + _READ,
        retries={"mode": "standard", "total_max_attempts": 1},
        user_agent="syncstate",
        tcp_keepalive=True,
    )
    aws = boto3.Session(botocore_session=session, region_name=_region(parts.hostname or "") or region or _LOCAL_REGION)
    return Sqs(url, aws.client("sqs", endpoint_url=f"{parts.scheme}://{parts.netloc}", config=config))


def _region(host: str) -> str:
    """The region in `sqs.<region>.amazonaws.com`, or ""."""
    words = host.split(".")
    return words[1] if host.endswith((".amazonaws.com", ".amazonaws.com.cn")) and words[0].startswith("sqs") else ""


def _letter(message: MessageTypeDef) -> Letter:
    return Letter(
        letter_id=message.get("MessageId", ""),
        receipt=message.get("ReceiptHandle", ""),
        body=message.get("Body", "").encode("utf-8", "surrogatepass"),
        tries=int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1")),
    )


def _heard(call: Callable[[], T]) -> T:
    try:
        return call()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise ChannelError(CHANNEL, _REASONS.get(code, f"the queue refuses us: {code}")) from error
    except NoCredentialsError as error:
        raise ChannelError(CHANNEL, "there are no AWS credentials to read it with") from error
    except BotoCoreError as error:
        raise ChannelError(CHANNEL, f"the queue cannot be reached ({type(error).__name__})") from error
