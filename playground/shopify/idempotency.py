"""The `@idempotent(key:)` directive: one key, one request, one effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson
from graphql import GraphQLError, GraphQLResolveInfo, get_directive_values

from playground.shopify.user_errors import Payload, failure, user_error


@dataclass(frozen=True, slots=True)
class Answered:
    """What a key was used for, and the payload that answered it."""

    fingerprint: bytes
    payload: Payload


def read_key(info: GraphQLResolveInfo) -> str:
    """Return the key on the mutation field; raise GraphQLError when it is absent or blank."""
    directive = info.schema.get_directive("idempotent")
    values = get_directive_values(directive, info.field_nodes[0], info.variable_values) if directive else None
    if values is None:
        raise _bad_request("The @idempotent directive is required for this mutation but was not provided.")
    key = str(values["key"])
    if not key.strip():
        raise _bad_request("The idempotency key cannot be empty.")
    return key


class IdempotencyLog:
    """Every key that was used, with its answer."""

    def __init__(self) -> None:
        self._answered: dict[str, Answered] = {}

    def once(self, key: str, given: Mapping[str, object], act: Callable[[], Payload]) -> Payload:
        """Return `act()` the first time, and then the same answer for the same input.

        Other input under a used key, and a key whose first attempt failed, are user errors.
        """
        fingerprint = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        before = self._answered.get(key)
        if before is None:
            payload = act()
            self._answered[key] = Answered(fingerprint, payload)
            return payload
        if before.fingerprint != fingerprint:
            return failure(_mismatch())
        if before.payload["userErrors"]:
            return failure(_failed_before())
        return before.payload


def _mismatch() -> Payload:
    return user_error(
        "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
        "The same idempotency key cannot be used with different operation parameters.",
    )


def _failed_before() -> Payload:
    return user_error(
        "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
        "A previous request with this idempotency key failed. Retry with a new idempotency key.",
    )


def _bad_request(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
