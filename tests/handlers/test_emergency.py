"""A cry for help is answered with numbers first, always."""

import pytest

from tests.handlers import families
from tests.handlers.conversation import Conversation


def test_the_first_two_lines_carry_the_numbers(chat: Conversation) -> None:
    chat.says("cứu con với")
    chat.sees("emergency/numbers")
    first = "\n".join(chat.last.splitlines()[:2])
    assert all(number in first for number in ("111", "113", "114", "115"))
    assert [b.url for b in chat.said[-1].buttons[:2]] == ["tel:115", "tel:111"]


def test_it_works_as_a_button_before_consent(chat: Conversation) -> None:
    chat.taps_exactly("menu.emergency")
    chat.sees("emergency/numbers")


@pytest.mark.parametrize(
    ("typed", "card"),
    [
        ("bé bị hóc hạt na", "dg-choke1"),
        ("con đuối nước", "dg-drown"),
        ("bé uống nhầm thuốc", "dg-poison"),
        ("bị bỏng nặng", "dg-burn"),
        ("tôi muốn chết", "dg-mh"),
        ("bố nó đang đánh con", "dg-cp"),
    ],
)
def test_the_card_that_may_help_is_offered(chat: Conversation, typed: str, card: str) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees("emergency/numbers")
    assert f"danger.open:{card}" in chat.buttons


def test_the_card_fits_the_age_of_the_child(chat: Conversation) -> None:
    families.has(chat)  # eight months
    chat.says("bé bị hóc")
    assert "danger.open:dg-choke1" in chat.buttons
    assert "danger.open:dg-choke2" not in chat.buttons


def test_the_running_question_goes_on(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says("cứu con với")
    chat.sees("emergency/numbers")
    chat.says("Na")
    chat.sees("children/named")
