"""The nickname: the last question about a child, and one that may stay open."""

import pytest

from care.nicknames import clean_name, split_names
from tests.handlers.conversation import Conversation
from tests.handlers.families import kids


@pytest.fixture
def named(chat: Conversation) -> Conversation:
    """At the question for the nickname; the child is saved already."""
    chat.says("/start")
    chat.taps("consent.yes")
    chat.taps("registration.mother")
    chat.says("12/3/2026")
    chat.taps("registration.term")
    chat.sees("registration/ask-nickname")
    return chat


def test_a_long_text_is_no_name_and_after_some_tries_the_name_is_left_out(
    named: Conversation,
) -> None:
    named.says("bé nhà em bị sốt từ hôm qua thì làm sao ạ?")
    named.sees("registration/nickname-again")
    named.says("https://example.org")
    named.sees("registration/nickname-again")
    named.says("🙂")
    named.sees("place/ask")
    assert kids(named)[0].nickname is None


@pytest.mark.parametrize("none", ["bỏ qua", "chưa có tên", "không", "thôi"])
def test_a_name_is_not_needed(named: Conversation, none: str) -> None:
    named.says(none)
    named.sees("place/ask")
    assert kids(named)[0].nickname is None


@pytest.mark.parametrize("name", ["Dung", "Dũng", "Tin"])
def test_a_name_that_looks_like_a_command_is_a_name(named: Conversation, name: str) -> None:
    named.says(name)
    named.sees("place/ask")
    assert kids(named)[0].nickname == name


def test_names_are_cleaned() -> None:
    assert clean_name("  na \n") == "Na"
    assert clean_name("ở nhà gọi là Bống nhé") == "Bống"
    assert clean_name("**Tin** {x}") == "Tin x"
    assert clean_name("a" * 31) is None
    assert clean_name("123") is None
    assert split_names("An, Bình", 2) == ["An", "Bình"]
    assert split_names("An Bình", 2) == ["An", "Bình"]
    assert split_names("An", 2) is None
