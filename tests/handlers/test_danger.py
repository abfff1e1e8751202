"""The danger cards are open to everybody and carry their numbers."""

from care.people import ChildState
from content.library import Library
from handlers.danger import cards
from tests.handlers import families
from tests.handlers.conversation import Conversation


def test_every_card_is_on_the_list(chat: Conversation) -> None:
    families.has(chat)
    chat.says("nguy hiểm")
    chat.sees("danger/list")
    assert "115" in chat.last
    listed = [b for b in chat.buttons if b.startswith("danger.open:")]
    danger = [item.id for item in chat.library.items.values() if item.kind == "danger"]
    assert len(listed) == len(danger)
    for button in listed:
        chat.taps_exactly(button)
        chat.sees(button.partition(":")[2])
        assert any(b.url for b in chat.said[-1].buttons)


def test_every_card_belongs_to_a_group(library: Library) -> None:
    danger = {item.id for item in library.items.values() if item.kind == "danger"}
    assert set(cards(library)) == danger
    assert len(cards(library)) == len(danger)


def test_a_card_dials_its_number(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("danger.open:dg-drown")
    urls = [b.url for b in chat.said[-1].buttons if b.url]
    assert urls == ["tel:115", "tel:114"]
    assert chat.said[-1].buttons[0].label == "Gọi 115"


def test_cards_are_open_before_consent(chat: Conversation) -> None:
    chat.taps_exactly("menu.danger")
    chat.sees("danger/list")
    chat.taps_exactly("danger.open:dg-burn")
    chat.sees("dg-burn")


def test_a_card_leaves_the_running_question_alone(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.taps_exactly("danger.open:dg-burn")
    chat.says("Na")
    chat.sees("children/named")


def test_a_card_speaks_of_the_only_child_it_fits(chat: Conversation) -> None:
    families.has(chat, "An")
    families.has(chat, "Tí", state=ChildState.BORN, born_on=families.TODAY, precision="day")
    chat.taps_exactly("danger.open:dg-nb")
    assert "An" not in chat.last
    chat.taps_exactly("danger.open:nope")
    chat.sees("danger/list")
