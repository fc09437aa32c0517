"""The AWS client: quick to give up, cheap to call, with credentials of AWS's own chain."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, NoRegionError

from core.errors import BadInput, NotConfigured
from core.stores.dynamodb.wire import speak_plainly

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LOCAL_REGION = "us-east-1"


def connect(region: str | None, endpoint: str | None, at_once: int) -> DynamoDBClient:
    """A client for `at_once` requests at a time; an endpoint on this machine needs neither region nor credentials.

    NotConfigured without a region, BadInput where AWS's own settings or files make no sense.
    """
    try:
        return _connect(region, endpoint, at_once)
    except NoRegionError as error:
        raise NotConfigured("AWS_REGION") from error
    except (BotoCoreError, ValueError) as error:
        raise BadInput("AWS_REGION, AWS_PROFILE or AWS_ENDPOINT_URL", str(error)) from error


def _connect(region: str | None, endpoint: str | None, at_once: int) -> DynamoDBClient:
    session = botocore.session.Session()
    speak_plainly(session)
    local = endpoint is not None and urlsplit(endpoint).hostname in _LOCAL
    if local:
        _make_do(session)
    # A fixed user agent saves a seventh of a request's processor time: the usual one is put together for each anew.
    config = Config(
        connect_timeout=1,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": 1},  # `calls` repeats requests, sooner and bounded in time
        max_pool_connections=at_once,
        user_agent="syncstate",
        parameter_validation=False,
        tcp_keepalive=True,
    )
    aws = boto3.Session(botocore_session=session, region_name=region or (_LOCAL_REGION if local else None))
    return aws.client("dynamodb", endpoint_url=endpoint, config=config)


def _make_do(session: botocore.session.Session) -> None:
    # No instance profile is asked for on the network, and where no credentials are found any will do.
    session.get_component("credential_provider").remove("iam-role")
    if session.get_credentials() is None:
        session.set_credentials("local", "local")
