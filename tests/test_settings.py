"""Settings from the environment: defaults, what is read, and what stops the start."""

from __future__ import annotations

import copy
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from core.cron import name_weekdays
from core.variables import Secret
from settings import NEEDS, VARIABLES, Settings, SettingsError, load
from values import StoreKind
from webhooks.tokens import Role

SHOP = {"SHOPIFY_SHOP": "example", "SHOPIFY_LOCATION_ID": "7"}
SELLER = {
    "AMAZON_SELLER_ID": "A1",
    "AMAZON_MARKETPLACE_ID": "ATVPDKIKX0DER",
    "AMAZON_LWA_CLIENT_ID": "c",
    "AMAZON_LWA_CLIENT_SECRET": "s",
    "AMAZON_LWA_REFRESH_TOKEN": "r",
}
SITE = {"WOOCOMMERCE_URL": "https://shop.example", "WOOCOMMERCE_KEY": "ck_1", "WOOCOMMERCE_SECRET": "cs_1"}
FULL = {
    **SHOP,
    **SELLER,
    "SYNCSTATE_API_TOKENS": "ops:admin:top-s3cret",
    "SLACK_BOT_TOKEN": "xoxb-s3cret",
    "SLACK_SIGNING_SECRET": "signing-s3cret",
    "SLACK_APP_TOKEN": "xapp-s3cret",
    "SHOPIFY_ACCESS_TOKEN": "shpat-s3cret",
    "SHOPIFY_CLIENT_ID": "id",
    "SHOPIFY_CLIENT_SECRET": "client-s3cret",
    "SHOPIFY_WEBHOOK_SECRET": "one-s3cret, two-s3cret",
    "AMAZON_LWA_CLIENT_SECRET": "lwa-s3cret",
    "AMAZON_LWA_REFRESH_TOKEN": "refresh-s3cret",
    "AMAZON_WEBHOOK_SECRET": "amazon-s3cret",
    "WOOCOMMERCE_URL": "https://shop.example",
    "WOOCOMMERCE_KEY": "ck_s3cret",
    "WOOCOMMERCE_SECRET": "cs_s3cret",
    "WOOCOMMERCE_WEBHOOK_SECRET": "woo-s3cret",
}
SECRETS = {
    "SYNCSTATE_API_TOKENS",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SHOPIFY_ACCESS_TOKEN",
    "SHOPIFY_CLIENT_SECRET",
    "SHOPIFY_WEBHOOK_SECRET",
    "AMAZON_LWA_CLIENT_SECRET",
    "AMAZON_LWA_REFRESH_TOKEN",
    "AMAZON_WEBHOOK_SECRET",
    "WOOCOMMERCE_KEY",
    "WOOCOMMERCE_SECRET",
    "WOOCOMMERCE_WEBHOOK_SECRET",
}


def refusal(**env: str) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(env)
    text = str(refused.value)
    assert "\n" not in text
    assert text.startswith(refused.value.variable)
    return text


def answer_to(env: dict[str, str]) -> str:
    """What the settings say to the environment: nothing when they take it."""
    try:
        Settings.from_env(env)
    except SettingsError as error:
        return str(error)
    return ""


def test_a_bare_environment_starts_on_this_machine() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.store) == ("127.0.0.1", 3000, StoreKind.SQLITE)
    assert (settings.data_dir, settings.table_prefix) == (Path("data"), "SyncState-")
    assert (settings.digest_cron, settings.timezone) == ("0 9 * * *", ZoneInfo("UTC"))
    assert (settings.api_tokens, settings.operators, settings.given.secrets("SHOPIFY_WEBHOOK_SECRET")) == (
        (),
        frozenset(),
        (),
    )
    assert settings.slack_api_url == "https://slack.com/api/"
    assert not settings.slack_bot_token


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_env({row.name: "  " for row in VARIABLES}) == Settings.from_env({})


def test_every_variable_is_read() -> None:
    settings = Settings.from_env({**FULL, "PORT": "8080", "HOST": "192.0.2.1", "SYNCSTATE_OPERATORS": "U1, W2"})
    assert (settings.host, settings.port) == ("192.0.2.1", 8080)
    assert settings.operators == {"U1", "W2"}
    assert settings.given.secrets("SHOPIFY_WEBHOOK_SECRET") == ("one-s3cret", "two-s3cret")
    assert (settings.given.text("SHOPIFY_SHOP"), settings.given.text("SHOPIFY_LOCATION_ID")) == (
        "example.myshopify.com",
        "gid://shopify/Location/7",
    )
    assert [(token.name, token.role) for token in settings.api_tokens] == [("ops", Role.ADMIN)]


def test_the_table_names_each_variable_once_with_its_help() -> None:
    names = [row.name for row in VARIABLES]
    assert len(names) == len(set(names))
    assert all(row.help and not row.help.endswith(".") for row in VARIABLES)
    assert {row.name for row in VARIABLES if row.secret} == SECRETS
    assert {name for name, _ in NEEDS} <= set(names)


def test_no_secret_shows_in_any_print_of_the_settings() -> None:
    settings = Settings.from_env(FULL)
    texts = [repr(settings), str(settings), f"{settings.slack_bot_token}", f"{settings.given}"]
    texts.append(repr(copy.copy(settings)))
    assert not any("s3cret" in text for text in texts)
    assert settings.slack_bot_token.reveal() == "xoxb-s3cret"


def test_secrets_are_equal_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert hash(Secret("a")) == hash(Secret("a"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SYNCSTATE_STORE", "foo"),
        ("SYNCSTATE_STORE", "SQLite"),
        ("PORT", "abc"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "80.0"),
        ("PORT", "٣٠٠٠"),
        ("PORT", "9" * 5_000),
        ("SYNCSTATE_TABLE_PREFIX", "Sync State"),
        ("SYNCSTATE_TIMEZONE", "Mars/Olympus"),
        ("SYNCSTATE_TIMEZONE", "Europe"),
        ("SYNCSTATE_TIMEZONE", "../../etc/passwd"),
        ("SYNCSTATE_TIMEZONE", "/etc/localtime"),
        ("SYNCSTATE_API_TOKENS", "ops-s3cret"),
        ("SYNCSTATE_API_TOKENS", "ops:root:s3cret"),
        ("SYNCSTATE_OPERATORS", "@alice"),
        ("SYNCSTATE_DIGEST_CRON", "never"),
        ("SYNCSTATE_DIGEST_CRON", "0 9 * *"),
        ("SYNCSTATE_DIGEST_CRON", "60 9 * * *"),
        ("SYNCSTATE_DIGEST_CRON", "0 9 * * 8"),
        ("SYNCSTATE_DIGEST_CRON", "0 9 1 * 1"),
        ("SYNCSTATE_DIGEST_CRON", "0 9 30 2 *"),
        ("SLACK_API_URL", "slack.com"),
        ("SLACK_API_URL", "ftp://slack.com"),
        ("SHOPIFY_API_URL", "https://user:s3cret@example.com"),
        ("AWS_ENDPOINT_URL", "http://"),
        ("AWS_ENDPOINT_URL", "http://host:port"),
        ("AWS_ENDPOINT_URL", "http://[::1"),
        ("SHOPIFY_SHOP", "my shop"),
        ("SHOPIFY_LOCATION_ID", "the shelf"),
        ("WOOCOMMERCE_URL", "shop.example"),
        ("WOOCOMMERCE_URL", "http://shop.example"),
        ("WOOCOMMERCE_URL", "https://shop.example/?lang=en"),
        ("WOOCOMMERCE_KEY", "cs_s3cret"),
        ("WOOCOMMERCE_SECRET", "ck_s3cret"),
    ],
)
def test_a_malformed_value_stops_the_start_by_name(name: str, text: str) -> None:
    said = refusal(**{**SHOP, **SITE, "SHOPIFY_ACCESS_TOKEN": "x", name: text})
    assert said.startswith(name)
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("env", "missing"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        (SHOP, "SHOPIFY_ACCESS_TOKEN or SHOPIFY_CLIENT_ID"),
        ({**SHOP, "SHOPIFY_CLIENT_ID": "c"}, "SHOPIFY_CLIENT_SECRET"),
        ({"SHOPIFY_ACCESS_TOKEN": "t"}, "SHOPIFY_SHOP"),
        ({"SHOPIFY_SHOP": "example", "SHOPIFY_ACCESS_TOKEN": "t"}, "SHOPIFY_LOCATION_ID"),
        ({"SHOPIFY_CLIENT_SECRET": "s"}, "SHOPIFY_CLIENT_ID"),
        *(({name: text for name, text in SELLER.items() if name != missing}, missing) for missing in SELLER),
        *(({name: text for name, text in SITE.items() if name != missing}, missing) for missing in SITE),
    ],
)
def test_what_makes_no_sense_alone_stops_the_start_by_name(env: dict[str, str], missing: str) -> None:
    assert refusal(**env).startswith(missing)


def test_webhook_secrets_make_sense_alone() -> None:
    settings = Settings.from_env({"SHOPIFY_WEBHOOK_SECRET": "a", "AMAZON_WEBHOOK_SECRET": "b"})
    assert settings.given.secret("AMAZON_WEBHOOK_SECRET") == "b"


@pytest.mark.parametrize(("name", "text"), [("SLACK_BOT_TOKEN", "xapp-1"), ("SLACK_APP_TOKEN", "xoxb-1")])
def test_swapped_slack_tokens_are_noticed(name: str, text: str) -> None:
    env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", name: text}
    assert refusal(**env).startswith(name)


@pytest.mark.parametrize("text", ["example", "Example.myshopify.com", "https://example.myshopify.com/"])
def test_a_shop_may_be_written_in_several_ways(text: str) -> None:
    settings = Settings.from_env({**SHOP, "SHOPIFY_SHOP": text, "SHOPIFY_ACCESS_TOKEN": "t"})
    assert settings.given.text("SHOPIFY_SHOP") == "example.myshopify.com"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://shop.example/", "https://shop.example"),
        ("https://shop.example/store/wp-json/wc/v3/", "https://shop.example/store"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_a_site_may_be_written_in_several_ways(text: str, url: str) -> None:
    assert Settings.from_env({**SITE, "WOOCOMMERCE_URL": text}).given.text("WOOCOMMERCE_URL") == url


def test_older_names_are_read_and_newer_ones_win() -> None:
    old = {"AMAZON_REGION": "eu-west-1", "DYNAMODB_LOCAL_ENDPOINT": "http://127.0.0.1:8000/"}
    settings = Settings.from_env(old)
    assert (settings.aws_region, settings.aws_endpoint_url) == ("eu-west-1", "http://127.0.0.1:8000")
    assert Settings.from_env({**old, "AWS_REGION": "us-east-1"}).aws_region == "us-east-1"


def test_the_digest_can_be_switched_off() -> None:
    assert Settings.from_env({"SYNCSTATE_DIGEST_CRON": "off"}).digest_cron == ""


def test_a_dotenv_file_adds_what_is_not_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('\ufeffPORT=4000\nHOST="192.0.2.1"\nSLACK_BOT_TOKEN=x${HOME}\nEMPTY\n', encoding="utf-8")
    env = load({"PORT": "5000", "OTHER": "1"}, file)
    assert env == {"PORT": "5000", "HOST": "192.0.2.1", "SLACK_BOT_TOKEN": "x${HOME}", "OTHER": "1"}
    assert load({"PORT": "5000"}, tmp_path / "nothing") == {"PORT": "5000"}


def test_a_dotenv_file_that_is_no_text_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="UTF-8"):
        load({}, file)


@pytest.mark.parametrize(
    ("weekday", "named"),
    [
        ("0", "sun"),
        ("7", "sun"),
        ("1-5", "mon,tue,wed,thu,fri"),
        ("5-7", "sun,fri,sat"),
        ("fri-mon", "sun,mon,fri,sat"),
        ("6-1", "sun,mon,sat"),
        ("*/2", "sun,tue,thu,sat"),
        ("1/3", "mon,thu"),
        ("Sun,3", "sun,wed"),
        ("*", "*"),
    ],
)
def test_weekdays_get_their_names(weekday: str, named: str) -> None:
    assert name_weekdays(f"0 9 * * {weekday}") == f"0 9 * * {named}"
    assert name_weekdays(f"0 9 * * {named}") == f"0 9 * * {named}"


@given(st.integers(0, 7))
def test_a_digest_is_due_on_the_weekday_that_cron_means(number: int) -> None:
    cron = Settings.from_env({"SYNCSTATE_DIGEST_CRON": f"0 9 * * {number}"}).digest_cron
    zone = ZoneInfo("Europe/Berlin")
    due = CronTrigger.from_crontab(cron, timezone=zone).get_next_fire_time(None, datetime(2027, 1, 1, tzinfo=zone))
    assert due.isoweekday() % 7 == number % 7


@given(st.text(alphabet="0123456789*/,-monsulFRI x", max_size=20))
def test_any_cron_line_is_read_or_refused(text: str) -> None:
    assert answer_to({"SYNCSTATE_DIGEST_CRON": text}).partition(" ")[0] in ("", "SYNCSTATE_DIGEST_CRON")


@given(st.sampled_from([row.name for row in VARIABLES]), st.text(st.characters(exclude_characters="\0"), max_size=30))
def test_any_text_in_any_variable_is_read_or_refused_in_one_line(name: str, text: str) -> None:
    assert len(answer_to({name: text}).splitlines()) <= 1
