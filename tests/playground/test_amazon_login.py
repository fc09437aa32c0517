"""Login with Amazon issues tokens, and the API accepts them for an hour."""

import pytest

from playground.amazon.app import amazon_app
from playground.amazon.seller import Seller
from tests.playground.marketplaces import Clock, Json, amazon_app_credentials, in_process, make_seller, seller_client

REFRESH = {"grant_type": "refresh_token", "refresh_token": "Atzr|refresh"} | amazon_app_credentials()
GRANTLESS = {
    "grant_type": "client_credentials",
    "scope": "sellingpartnerapi::notifications",
} | amazon_app_credentials()
ITEM = "/listings/2021-08-01/items/A1PLAYGROUND00/MUG"
US = {"marketplaceIds": "ATVPDKIKX0DER"}


async def ask_token(seller: Seller, form: dict[str, str]) -> tuple[int, Json]:
    async with in_process(amazon_app(seller)) as client:
        answer = await client.post("/auth/o2/token", data=form)
    return answer.status_code, answer.json()


async def test_a_refresh_token_gives_an_access_token_for_an_hour() -> None:
    seller = make_seller()

    status, body = await ask_token(seller, REFRESH)

    assert status == 200
    assert body["access_token"].startswith("Atza|")
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    assert seller.login.issued == 1


async def test_client_credentials_give_a_token_without_a_seller() -> None:
    status, body = await ask_token(make_seller(), GRANTLESS)

    assert status == 200
    assert "refresh_token" not in body


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"refresh_token": "Atzr|other"}, 400, "invalid_grant"),
        ({"refresh_token": ""}, 400, "invalid_grant"),
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "invalid_scope"),
    ],
)
async def test_a_wrong_grant_is_refused(change: dict[str, str], status: int, error: str) -> None:
    seller = make_seller()

    answered, body = await ask_token(seller, REFRESH | change)

    assert (answered, body["error"]) == (status, error)
    assert seller.login.issued == 0


async def test_a_token_is_refused_after_an_hour() -> None:
    clock = Clock()
    seller = make_seller(clock)
    seller.add_listing("MUG", 9)

    async with seller_client(seller) as client:
        clock.advance(3599)
        fresh = await client.get(ITEM, params=US)
        clock.advance(1)
        expired = await client.get(ITEM, params=US)

    assert fresh.status_code == 200
    assert expired.status_code == 403
    assert expired.json()["errors"] == [
        {
            "code": "Unauthorized",
            "message": "Access to requested resource is denied.",
            "details": "The access token you provided has expired.",
        }
    ]


async def test_a_token_of_no_seller_or_a_revoked_one_is_refused() -> None:
    seller = make_seller()
    seller.add_listing("MUG", 9)
    _, grantless = await ask_token(seller, GRANTLESS)

    async with seller_client(seller) as client:
        foreign = await client.get(ITEM, params=US, headers={"x-amz-access-token": grantless["access_token"]})
        missing = await client.get(ITEM, params=US, headers={"x-amz-access-token": ""})
        seller.login.revoke_all()
        revoked = await client.get(ITEM, params=US)

    assert {answer.status_code for answer in (foreign, missing, revoked)} == {403}
