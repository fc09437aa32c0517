"""Words, SKUs and quantities as people type them and Slack sends them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import all_commands, route
from bot.words import plain_text, split_words, whole_number
from core.errors import BadInput


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  set   ABC-1  5 ", ("set", "ABC-1", "5")),
        ('set "red shirt" 5', ("set", "red shirt", "5")),
        ("set \u201cred shirt\u201d 5", ("set", "red shirt", "5")),
        ('""', ()),
        ('5" pipe', ('5"', "pipe")),
        ('"open', ('"open',)),
        ('a"b c"d', ('a"b', 'c"d')),
        ("<https://shop.example/a|shop.example/a> 5", ("shop.example/a", "5")),
        ("<mailto:a@shop.example|a@shop.example>", ("a@shop.example",)),
        ("<tel:12345678|1234-5678>", ("1234-5678",)),
        ("<@U1|someone>", ("<@U1|someone>",)),
        ("<!channel>", ("<!channel>",)),
        ("a\u00a0b", ("a", "b")),
    ],
)
def test_words_are_split_as_they_were_typed(text: str, words: tuple[str, ...]) -> None:
    assert split_words(text) == words


@given(st.text())
def test_what_slack_escapes_comes_back(typed: str) -> None:
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert plain_text(sent) == typed


@given(st.text(), st.integers(0, 5), st.integers(5, 10))
def test_a_number_is_in_range_or_refused(word: str, least: int, most: int) -> None:
    try:
        number = whole_number(word, least, most, "+")
    except BadInput as refused:
        reason = refused.reason
    else:
        reason = ""
        assert least <= number <= most
    assert not reason or reason.startswith("must be")


@pytest.mark.parametrize(
    ("word", "number"), [("0", 0), ("007", 7), ("1,000", 1_000), ("+12", 12), ("1,000,000", 10**6)]
)
def test_numbers_are_read_with_separators_and_sign(word: str, number: int) -> None:
    assert whole_number(word, 0, 10**6, "+") == number


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        (("ABC-1",), "show", ("ABC-1",)),
        (("show", "set"), "show", ("set",)),
        (("set",), "set", ()),
        (("set", "A", "1"), "set", ("A", "1")),
        (("SET", "A", "1"), "set", ("A", "1")),
        (("SET",), "show", ("SET",)),
        (("help",), "help", ()),
        ((), "show", ()),
        (("nonsense", "A"), "show", ("nonsense", "A")),
    ],
)
def test_the_first_word_chooses_the_sub_command(words: tuple[str, ...], name: str, rest: tuple[str, ...]) -> None:
    command, given_words = route(all_commands(), "/stock", words)

    assert (command.NAME, given_words) == (name, rest)


def test_a_slash_command_that_no_file_serves_is_not_found() -> None:
    with pytest.raises(LookupError):
        route(all_commands(), "/nonsense", ())


def test_every_command_is_named_once_and_shown_by_its_own_usage() -> None:
    names = [(command.SLASH, command.NAME) for command in all_commands()]
    assert len(set(names)) == len(names)
    for command in all_commands():
        first = "" if command.BARE else f" {command.NAME}"
        assert command.USAGE.startswith(f"{command.SLASH}{first}")
        assert command.EXAMPLE.startswith(f"{command.SLASH}{first}")
        assert command.HELP.endswith(".")
    for slash in {slash for slash, _ in names}:
        assert sum(command.BARE for command in all_commands() if slash == command.SLASH) == 1
