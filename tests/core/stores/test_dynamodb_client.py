"""The client needs nothing for a server on this machine, and values keep what they are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stores.dynamodb import connect
from core.stores.dynamodb.values import epoch, iso, number

_TIMES = st.integers(0, 4_102_444_800_000_000).map(lambda micros: micros / 1_000_000)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which AWS was never set up."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_server_on_this_machine_needs_no_credentials(host: str) -> None:
    client = connect(None, f"http://{host}:8000", 4)

    assert client.meta.region_name == "us-east-1"
    client.close()


def test_given_credentials_are_used_on_this_machine_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    seen: list[str] = []
    client = connect("eu-west-1", "http://127.0.0.1:8000", 4)

    signed = client.generate_presigned_url("list_tables")

    seen.append(signed)
    assert "mine" in seen[0]
    assert "eu-west-1" in seen[0]
    client.close()


@given(_TIMES, _TIMES)
def test_iso_times_sort_as_time_does(one: float, other: float) -> None:
    assert (one < other) == (iso(one) < iso(other)) or abs(one - other) < 1e-6


@given(_TIMES)
def test_an_iso_time_comes_back(at: float) -> None:
    assert abs(epoch(iso(at)) - at) < 1e-6


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15, allow_subnormal=False)))
def test_a_number_keeps_every_bit(value: float) -> None:
    assert float(number(value)["N"]) == value
