"""The menu, help, kind words; and every button of every message leads somewhere."""

import random

import pytest

from storage import talks
from tests.handlers import families
from tests.handlers.conversation import Conversation

TYPED = (
    "hôm nay", "chào", "be mat roi", "20/11/2026", "34 tuần", "đúng", "không", "Bống", "abc xyz",
    "19 giờ", "cứu con với", "xóa hết", "đã sinh", "khai sinh roi", "ít", "dừng", "bật", "thôi",
    "việc của bé", "sổ tiêm", "đã tiêm", "hôm qua",
)  # fmt: skip


@pytest.mark.parametrize("typed", ["menu", "MENU", "bang chon", "Bảng chọn", "/menu"])
def test_the_menu_opens_by_words_with_or_without_accents(chat: Conversation, typed: str) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees("menu/home")
    assert chat.buttons == [
        "menu.today",
        "book.open",
        "duties.open",
        "menu.topics",
        "menu.children",
        "menu.danger",
        "menu.emergency",
        "talk.open",
        "services.home",
        "report.begin",
        "menu.earlier",
        "menu.settings",
        "menu.help",
    ]


def test_the_menu_ends_a_running_question(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("settings.hour")
    chat.says("menu")
    chat.sees("menu/home")
    chat.says("19 giờ")
    assert chat.seen[0].partition("/")[0] in ("fallback", "questions")


def test_help_says_what_can_be_typed_and_leaves_the_question_open(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("settings.hour")
    chat.says("/giup")
    chat.sees("menu/help")
    chat.says("19 giờ")
    chat.sees("settings/hour")


@pytest.mark.parametrize(
    ("typed", "message"),
    [("chào", "menu/hello"), ("xin chao", "menu/hello"), ("Cảm ơn!", "menu/thanks"),
     ("cam on", "menu/thanks"), ("ok", "menu/thanks"), ("giúp", "menu/help")],
)  # fmt: skip
def test_a_kind_word_gets_a_kind_word(chat: Conversation, typed: str, message: str) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees(message)


def people_talk(chat: Conversation) -> bool:
    """The bot is quiet then."""
    me = families.me(chat).caregiver.id
    with chat.engine.connect() as conn:
        return talks.quiet(conn, me, chat.now) is not None


@pytest.mark.parametrize("seed", range(12))
def test_wandering_about_never_gets_stuck(chat: Conversation, seed: int) -> None:
    families.has(chat)
    families.expects(chat)
    families.has(chat, None)
    chance = random.Random(seed)
    chat.says("menu")
    for _ in range(80):
        ids = [b.id for out in chat.said[-3:] for b in out.buttons if not b.url]
        if chance.random() < 0.2:
            chat.says(chance.choice(TYPED))
        else:
            chat.taps_exactly(chance.choice(ids or ["menu.home"]))
        assert chat.seen or people_talk(chat)
        for out in chat.said[-len(chat.seen) :]:
            assert out.text
            assert all(len(b.id.encode()) <= 50 and 0 < len(b.label) <= 40 for b in out.buttons)
