"""Questions in people's own words, and topics found by words.

What the model says is tested in tests/care/test_understanding.py; where a doubt is wanted here, a
tiny model of known words takes its place.
"""

from dataclasses import replace
from datetime import date

import pytest

from care.people import ChildState
from content.render import reader_of, tokens
from storage import reactions
from tests.care import tiny_model
from tests.handlers import families
from tests.handlers.conversation import Conversation

SOLIDS = "faq-solids-when"
ASKED = "bé ăn dặm thế nào"
YOUNG, OLD = "months 0-5", "months 6-23"


def knows_words(chat: Conversation, **borders: float) -> None:
    """The words of the tiny model instead of the real one."""
    chat.library = replace(chat.library, model=tiny_model.model(**borders))


def tells(chat: Conversation, item: str, part: str) -> bool:
    """The last message holds that part of the item, with or without the child's name."""
    me, template = families.me(chat).caregiver, chat.library.texts[item].parts[part]
    readers = [reader_of(chat.library, me, kids) for kids in (families.kids(chat)[:1], [])]
    return any(template.fill(tokens(chat.library, reader)) in chat.last for reader in readers)


def missed(chat: Conversation) -> list[tuple[str, int]]:
    with chat.engine.connect() as conn:
        return reactions.misses(conn, families.TODAY, families.TODAY)


def offered(chat: Conversation, action: str) -> list[str]:
    return [button for button in chat.buttons if button.startswith(f"{action}:")]


# --- answers -------------------------------------------------------------------------------------


def test_a_question_is_answered_with_the_childs_name_and_for_its_age(chat: Conversation) -> None:
    families.has(chat)  # eight months
    chat.says(ASKED)
    chat.sees(SOLIDS)
    assert "Bống" in chat.last
    assert tells(chat, SOLIDS, OLD)
    assert not tells(chat, SOLIDS, "body")


@pytest.mark.parametrize("typed", ["bé 4 tháng ăn dặm được chưa", "be 4 thang an dam duoc chua"])
def test_an_age_that_is_typed_wins(chat: Conversation, typed: str) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees(SOLIDS)
    assert tells(chat, SOLIDS, YOUNG)
    assert not tells(chat, SOLIDS, OLD)


def test_the_child_of_the_typed_age_is_meant(chat: Conversation) -> None:
    families.has(chat, "An")
    families.has(
        chat, "Tí", state=ChildState.BORN, born_on=date(2024, 10, 1), precision="day"
    )  # two years
    knows_words(chat)
    chat.says("spoon 2 tuổi")
    chat.sees(SOLIDS)
    assert "Tí" in chat.last
    assert "An" not in chat.last.split()
    chat.says("spoon 8 tháng")
    assert "An" in chat.last.split()
    assert "Tí" not in chat.last.split()


def test_without_an_age_the_youngest_is_meant(chat: Conversation) -> None:
    families.has(chat, "Tí", state=ChildState.BORN, born_on=date(2024, 10, 1), precision="day")
    families.has(chat, "An")
    knows_words(chat)
    chat.says("spoon")
    assert "An" in chat.last.split()
    assert "Tí" not in chat.last.split()


def test_without_a_child_everybody_gets_the_common_answer(chat: Conversation) -> None:
    families.joins(chat)
    chat.says(ASKED)
    chat.sees(SOLIDS)
    assert tells(chat, SOLIDS, "body")


def test_under_an_answer_stand_the_nearest_topics_and_a_way_out(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat)
    chat.says("spoon cloth")
    chat.sees(SOLIDS)
    assert offered(chat, "questions.open")[0] == "questions.open:swaddle"
    assert len(offered(chat, "questions.open")) <= 2
    assert {"questions.not", "menu.home"} <= set(chat.buttons)
    chat.taps("questions.open:swaddle")
    chat.sees("faq-swaddle")
    assert "Bống" in chat.last


def test_not_what_was_meant_shows_another_way_and_is_counted(chat: Conversation) -> None:
    families.has(chat)
    chat.says(ASKED)
    for times in (1, 2):
        chat.taps_exactly("questions.not")
        chat.sees("questions/not")
        assert {"questions.search", "menu.topics", "menu.danger"} <= set(chat.buttons)
        assert missed(chat) == [("not_meant", times)]


def test_an_answer_leads_to_its_danger_cards(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("questions.item:faq-toy-safety")
    chat.sees("faq-toy-safety")
    cards = [f"danger.open:{card}" for card in chat.library.meta["faq-toy-safety"].red_flags]
    shown = offered(chat, "danger.open")
    assert shown
    assert set(shown) <= set(cards)  # those for the age of the child


def test_every_question_can_be_answered_for_every_age(chat: Conversation) -> None:
    families.has(chat)
    for intent, item in chat.library.answers.items():
        chat.taps_exactly(f"questions.open:{intent}")
        chat.sees(item)
        assert "{" not in chat.last


@pytest.mark.parametrize("forged", ["questions.open:nothing", "questions.open", "questions.open:"])
def test_a_topic_that_is_not_there_is_said_so(chat: Conversation, forged: str) -> None:
    families.has(chat)
    chat.taps_exactly(forged)
    chat.sees("questions/unknown")


@pytest.mark.parametrize("forged", ["", ":", ":tip-d0242", ":faq-nothing", ":../etc"])
def test_an_item_that_is_no_answer_is_gone(chat: Conversation, forged: str) -> None:
    families.has(chat)
    chat.taps_exactly(f"questions.item{forged}")
    chat.sees("tips/gone")


def test_who_has_not_agreed_is_asked_first(chat: Conversation) -> None:
    chat.says(ASKED)
    assert chat.seen[0].startswith("start/")


def test_a_question_does_not_answer_the_one_that_was_asked(chat: Conversation) -> None:
    """In a running question what is typed belongs to it."""
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says("Na")
    chat.sees("children/named")


# --- what is not sure ----------------------------------------------------------------------------


def test_what_is_not_sure_is_offered(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat)
    chat.says("clouds cloth w x y")
    chat.sees("questions/which")
    assert offered(chat, "questions.open") == ["questions.open:swaddle"]
    assert "questions.search" in chat.buttons
    assert missed(chat) == [("swaddle", 1)]


def test_what_nobody_knows_is_said_honestly_and_counted(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat)
    chat.says("clouds w x y z")
    chat.sees("fallback/unknown")
    assert missed(chat) == [("", 1)]


def test_without_a_model_the_menu_is_shown(chat: Conversation) -> None:
    families.has(chat)
    chat.library = replace(chat.library, model=None)
    chat.says(ASKED)
    chat.sees("fallback/unknown")


def test_what_may_be_more_than_a_question_is_asked_gently(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat, harm=10.0, ask=-11.0)
    chat.says("maybe clouds w x y")
    chat.sees("harm/unsure")
    assert [b.url for b in chat.said[-1].buttons if b.url] == ["tel:111"]
    chat.taps("harm.yes")
    chat.sees("harm/child")


# --- sudden illness, wishes, loss ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "item", "card"),
    [
        ("chó cắn con chảy máu", "faq-dog-bite", "dg-bite"),
        ("bé 2 tháng sốt 39 độ", "faq-fever-young", "dg-nb"),
        ("thai 32 tuần không thấy đạp", "faq-fetal-movement", "dg-preg2"),
    ],
)
def test_illness_gets_the_first_steps_and_then_the_card(
    chat: Conversation, typed: str, item: str, card: str
) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees(item, card)
    assert chat.buttons == ["menu.emergency", "harm.no"]
    assert f"danger.open:{card}" in [button.id for button in chat.said[-2].buttons]


@pytest.mark.parametrize(
    ("typed", "card"),
    [("crumb", "dg-choke1"), ("crumb 9 tháng", "dg-choke1"), ("crumb 3 tuổi", "dg-choke2")],
)
def test_the_card_on_choking_is_the_one_for_the_age(
    chat: Conversation, typed: str, card: str
) -> None:
    families.has(chat)
    knows_words(chat)
    chat.says(typed)
    chat.sees("faq-choking-now", card)


def test_illness_of_another_kind_gets_the_numbers(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat)
    chat.says("fainted")
    chat.sees("emergency/numbers")


def test_a_wish_gets_the_button_that_fulfils_it(chat: Conversation) -> None:
    families.has(chat)
    chat.says("tôi không muốn nhận tin nữa")
    chat.sees("questions/wish")
    assert chat.buttons == ["settings.stop", "settings.few", "questions.not"]


def test_a_loss_is_not_reported_without_a_tap(chat: Conversation) -> None:
    number = families.has(chat)
    chat.says("em bị sảy thai tuần trước")
    chat.sees("questions/loss")
    assert chat.buttons == ["loss.report", "harm.no"]
    kid = families.child(chat, number)
    assert kid is not None
    assert kid.state is ChildState.BORN
    chat.taps_exactly("harm.no")
    chat.sees("harm/no")
