"""The rules of safe messaging that a text alone does not show: order, ways out, and corrections."""

import pytest

from care.discreet import is_discreet
from care.emergency import is_emergency
from care.folding import fold
from care.messages import Say
from handlers.harm import SAYS
from handlers.report_questions import QUESTIONS
from tests.care.clear_messages import CLEAR
from tests.handlers import families
from tests.handlers.conversation import Conversation

HURT = "đứa bé bên nhà bị bố trói lại đánh"
MOST = 5


def begins(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("report.begin")


def test_the_question_for_a_safe_phone_comes_first(chat: Conversation) -> None:
    begins(chat)
    chat.sees("report/safe")
    assert not [b for b in chat.buttons if b.startswith(("report.skip", "report.send"))]


def test_no_safe_phone_ends_it_at_once(chat: Conversation) -> None:
    begins(chat)
    chat.taps_exactly("report.safe:no")
    assert chat.seen == ["discreet/tip"]
    assert not is_discreet(chat.seen[0])


def test_at_most_five_questions_each_can_be_skipped_and_left(chat: Conversation) -> None:
    begins(chat)
    chat.taps("report.safe:yes")
    chat.taps("report.go") if "report.go" in chat.buttons else chat.taps("report.now:no")
    asked = []
    while chat.seen[0].startswith("report/ask-"):
        asked.append(chat.seen[0])
        assert "report.exit" in chat.buttons
        chat.taps("report.skip")
    assert asked == [f"report/ask-{question}" for question in QUESTIONS]
    assert len(asked) <= MOST
    chat.sees("report/review")


@pytest.mark.parametrize("route", SAYS)
def test_every_guess_can_be_put_right_and_left(chat: Conversation, route: str) -> None:
    families.has(chat)
    typed = max((t for t in CLEAR[route] if not is_emergency(t)), key=len)
    chat.says(typed)
    chat.sees(SAYS[route][0])
    assert {"harm.no", "report.exit"} <= set(chat.buttons)
    chat.taps("harm.no")
    chat.sees("harm/no")


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "file"])
def test_no_picture_and_no_sound_is_taken(chat: Conversation, kind: str) -> None:
    begins(chat)
    chat.taps("report.safe:yes")
    chat.sends(kind)
    chat.sees("report/media")


def test_the_safe_word_stands_on_no_button(chat: Conversation) -> None:
    library = chat.library
    words = [typed for typed, action in library.commands.items() if action == "report.begin"]
    assert words
    labels = {fold(label) for label in library.labels.values()}
    assert not labels & set(words)
    assert fold(library.label("report.begin")) in labels  # the control


def test_only_what_is_discreet_is_said_of_harm() -> None:
    assert all(is_discreet(message) for message, _, _ in SAYS.values())
    assert not is_discreet(Say("menu/home").message)  # the control
