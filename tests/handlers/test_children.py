"""The list, one child, its nickname, taking it off."""

from collections.abc import Callable

import pytest

from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]


def test_the_list_tells_every_child_with_date_and_age(chat: Conversation) -> None:
    born, expected = families.has(chat), families.expects(chat)
    chat.says("con của tôi")
    chat.sees("children/list")
    assert "Bống" in chat.last
    assert "12/03/2026, 8 tháng tuổi" in chat.last
    assert "10/12/2026, thai 37 tuần" in chat.last
    assert chat.buttons[:2] == [f"children.open:{born}", f"children.open:{expected}"]
    assert {"registration.another", "family.invite"} <= set(chat.buttons)


def test_without_a_child_the_list_offers_to_add_one(chat: Conversation) -> None:
    families.joins(chat)
    chat.says("con cua toi")
    chat.sees("children/none")
    assert "registration.another" in chat.buttons


def test_one_child_shows_what_can_be_changed(chat: Conversation) -> None:
    born, expected = families.has(chat), families.expects(chat)
    chat.says("các bé")
    chat.taps_exactly(f"children.open:{born}")
    chat.sees("children/one")
    assert f"children.date:{born}" in chat.buttons
    assert f"children.weeks:{born}" in chat.buttons
    assert f"loss.report:{born}" in chat.buttons
    chat.taps_exactly(f"children.open:{expected}")
    assert f"children.birth:{expected}" in chat.buttons
    assert f"children.weeks:{expected}" not in chat.buttons


def test_a_child_of_another_family_is_never_shown(chat: Conversation, another: Another) -> None:
    families.has(chat, "Nhà mình")
    stranger = another("chat-2")
    theirs = families.has(stranger, "Nhà người")
    families.has(chat, "Em")
    for action in ("open", "date", "weeks", "name", "remove", "birth", "not-yet"):
        chat.taps_exactly(f"children.{action}:{theirs}")
        assert "Nhà người" not in chat.last
    chat.taps_exactly(f"loss.report:{theirs}")
    assert families.child(stranger, theirs).state == "born"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "nickname"),
    [("Na", "Na"), ("  bé   Na ", "Bé Na"), ("Nguyệt Anh", "Nguyệt Anh")],
)
def test_a_nickname_is_kept_as_typed(chat: Conversation, typed: str, nickname: str) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.sees("children/ask-name")
    chat.says(typed)
    chat.sees("children/named")
    kept = families.child(chat, number)
    assert kept is not None
    assert kept.nickname == nickname


def test_a_new_nickname_is_cleaned_as_the_first_one_was(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says("gọi là **bin** {x} nhé")
    kept = families.child(chat, number)
    assert kept is not None
    assert kept.nickname == "Bin x"


@pytest.mark.parametrize("typed", ["12", "?!", "x" * 31])
def test_what_is_no_name_is_asked_again(chat: Conversation, typed: str) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says(typed)
    chat.sees("children/bad-name")
    chat.says("Na")
    chat.sees("children/named")


def test_a_nickname_can_be_taken_away_or_left(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says("thôi")
    chat.sees("children/cancelled")
    chat.taps_exactly(f"children.name:{number}")
    chat.taps("children.no-name")
    assert families.child(chat, number).nickname is None  # type: ignore[union-attr]


def test_a_child_is_taken_off_only_after_a_yes(chat: Conversation) -> None:
    number = families.has(chat)
    families.queued(chat, number, "rm-bhyt6")
    chat.taps_exactly("children.remove-yes")
    assert families.child(chat, number) is not None
    chat.taps_exactly(f"children.remove:{number}")
    chat.sees("children/confirm-remove")
    chat.says("không")
    chat.sees("children/cancelled")
    assert families.child(chat, number) is not None
    chat.taps_exactly(f"children.remove:{number}")
    chat.taps("children.remove-yes")
    chat.sees("children/removed")
    assert families.child(chat, number) is None
    assert families.pushed(chat) == {}


def test_whoever_else_cares_for_the_child_keeps_it(chat: Conversation, another: Another) -> None:
    number = families.has(chat)
    father = another("chat-2")
    families.shares(chat, father, number)
    families.queued(chat, number, "rm-bhyt6")
    families.queued(father, number, "rm-bhyt6")
    chat.taps_exactly(f"children.remove:{number}")
    chat.taps("children.remove-yes")
    chat.sees("children/removed")
    assert families.child(chat, number) is not None
    assert families.pushed(chat) == {}
    assert families.pushed(father) == {"rm-bhyt6": ("pending", None)}
    father.says("con của tôi")
    father.sees("children/list")
