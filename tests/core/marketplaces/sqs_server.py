"""Moto's SQS in a process of its own, and what a test does with a queue in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from tests.core.programs import await_port, free_port, start

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

_SHOWN: QueueAttributeNameType = "ApproximateNumberOfMessages"
_HIDDEN: QueueAttributeNameType = "ApproximateNumberOfMessagesNotVisible"


@dataclass(frozen=True, slots=True)
class Post:
    """One standard queue in the server at `endpoint`; its visibility timeout is long, so only we show letters again."""

    client: SQSClient
    url: str

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def left(self) -> int:
        """How many letters there are, shown or hidden."""
        found = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return sum(int(found[name]) for name in (_SHOWN, _HIDDEN))

    def drop(self) -> None:
        """Delete the queue itself."""
        self.client.delete_queue(QueueUrl=self.url)


@contextmanager
def sqs_server() -> Iterator[str]:
    """The address of a running server."""
    port = free_port()
    process = start([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)])
    try:
        await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def make_post(endpoint: str, name: str) -> Post:
    """A fresh queue."""
    client = boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    return Post(client, client.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "300"})["QueueUrl"])
