"""Amazon's marketplaces and the endpoints that serve them; source: SP-API, Marketplace IDs and SP-API Endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from core.errors import BadInput

_NA = ("ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8", "A2Q3Y263D00KWC")
_EU = (
    "A28R8C7NBKEWEA",
    "A1RKKUPIHCS9HS",
    "A1F83G8C2ARO7P",
    "A13V1IB3VIYZZH",
    "AMEN7PMS3EDWL",
    "A1805IZSGTT6HS",
    "A1PA6795UKMFR9",
    "APJ6JRA9NG5V4",
    "A2NODRKZP88ZB9",
    "AE08WJ6YKNBMC",
    "A1C3SOZRARQ6R3",
    "ARBP9OOSHTCHU",
    "A33AVAJ2PDY3EV",
    "A17E79C6D8DWNP",
    "A2VIGQ35RCS4UG",
    "A21TJRUUN4KGV",
)
_FE = ("A19VAU5U5O7RUS", "A39IBJ37TRP1C6", "A1VC38T7YXB528")
REGION_OF: Mapping[str, str] = {each: name for name, group in (("na", _NA), ("eu", _EU), ("fe", _FE)) for each in group}
_AWS_REGIONS = {"us-east-1": "na", "eu-west-1": "eu", "us-west-2": "fe"}
_NAMES = {"na": "North America", "eu": "Europe", "fe": "the Far East"}
_HOST = "sellingpartnerapi-{region}.amazon.com"
_SANDBOX = "sandbox."
JAPAN = "A1VC38T7YXB528"


def address(region: str, marketplace_id: str) -> str:
    """The endpoint of the marketplace, or of the region (na, eu, fe, or its AWS region) where that is given.

    BadInput for an unknown region. Without either it is North America's.
    """
    word = region.strip().lower()
    found = _AWS_REGIONS.get(word, word) or REGION_OF.get(marketplace_id, "na")
    if found not in _NAMES:
        raise BadInput("AMAZON_REGION", f"must be one of {', '.join((*_NAMES, *_AWS_REGIONS))}")
    return f"https://{_HOST.format(region=found)}"


def check_pair(url: str, marketplace_id: str) -> None:
    """BadInput when the address is one of Amazon's own, the sandbox's too, and does not serve the marketplace."""
    host = (urlsplit(url).hostname or "").removeprefix(_SANDBOX)
    given = next((name for name in _NAMES if host == _HOST.format(region=name)), "")
    wanted = REGION_OF.get(marketplace_id, given)
    if given and given != wanted:
        raise BadInput(
            "AMAZON_SP_API_URL",
            f"is the address of {_NAMES[given]}, but {marketplace_id} is a marketplace of {_NAMES[wanted]}: "
            f"use https://{_HOST.format(region=wanted)}, or leave it out",
        )
