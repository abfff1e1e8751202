"""Topics found by words, asked for or typed at once."""

from dataclasses import replace

import pytest

from tests.care import tiny_model
from tests.handlers import families
from tests.handlers.conversation import Conversation


def knows_words(chat: Conversation) -> None:
    """The words of the tiny model instead of the real one."""
    chat.library = replace(chat.library, model=tiny_model.model())


@pytest.mark.parametrize("typed", ["khai sinh", "giay khai sinh"])
def test_words_are_asked_for_and_looked_up(chat: Conversation, typed: str) -> None:
    families.has(chat)
    chat.says("tìm")
    chat.sees("questions/search")
    chat.says(typed)
    chat.sees("questions/found")
    assert "questions.item:faq-birth-certificate" in chat.buttons
    chat.taps("questions.item:faq-birth-certificate")
    chat.sees("faq-birth-certificate")


@pytest.mark.parametrize("typed", ["tìm khai sinh", "Tim khai sinh", "TÌM  KHAI SINH!"])
def test_words_may_be_typed_at_once(chat: Conversation, typed: str) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees("questions/found")
    assert "questions.item:faq-birth-certificate" in chat.buttons


def test_cards_tips_and_answers_are_found_and_can_be_opened(chat: Conversation) -> None:
    families.has(chat)
    opened = set()
    for words in ("bỏng", "ăn dặm", "ngủ", "tiêm chủng", "chơi", "đố vui bát bột", "sinh non"):
        chat.says(f"tìm {words}")
        chat.sees("questions/found")
        found = [b for b in chat.buttons if b.startswith(("danger.", "tips.", "questions.item"))]
        assert 0 < len(found) <= 5
        for button in found:
            chat.taps_exactly(button)
            chat.sees(button.partition(":")[2])
            opened.add(button.partition(":")[0])
    assert opened == {"danger.open", "tips.open", "questions.item"}


def test_nothing_found_is_said_and_asked_again(chat: Conversation) -> None:
    families.has(chat)
    chat.says("tìm")
    chat.says("zzzz")
    chat.sees("questions/nothing")
    chat.says("khai sinh")
    chat.sees("questions/found")


def test_nothing_found_at_once_asks_nothing(chat: Conversation) -> None:
    families.has(chat)
    chat.says("tìm zzzz")
    chat.sees("questions/nothing")
    chat.says("tin hôm nay")
    assert chat.seen[0].startswith("tip-")


def test_a_short_word_that_is_no_clear_question_is_looked_up(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat)
    chat.says("khai sinh")
    chat.sees("questions/found")
    chat.says("zzzz")
    chat.sees("fallback/unknown")


def test_danger_is_heard_while_words_are_awaited(chat: Conversation) -> None:
    families.has(chat)
    chat.says("tìm")
    chat.says("cứu con với")
    chat.sees("emergency/numbers")
    chat.says("khai sinh")
    chat.sees("questions/found")


def test_the_menu_leads_out_of_the_search(chat: Conversation) -> None:
    families.has(chat)
    chat.says("tìm")
    chat.taps_exactly("menu.home")
    chat.sees("menu/home")
    knows_words(chat)
    chat.says("clouds w x y z")
    chat.sees("fallback/unknown")
