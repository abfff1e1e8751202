"""Three questions with kind answers; every button carries where it stands."""

from collections.abc import Callable

import pytest

from tests.handlers import families
from tests.handlers.conversation import Conversation

QUIZ = "qz-6m"
Pick = Callable[[Conversation, int], int]


def right(chat: Conversation, at: int) -> int:
    return chat.library.quizzes[QUIZ][at].right


def wrong(chat: Conversation, at: int) -> int:
    return next(n for n in (0, 1) if n != right(chat, at))


@pytest.mark.parametrize("typed", ["đố vui", "cau do"])
def test_the_quizzes_for_the_childs_age_come_first(chat: Conversation, typed: str) -> None:
    families.has(chat)  # eight months
    chat.says(typed)
    chat.sees("quiz/list")
    shown = [button for button in chat.buttons if button.startswith("quiz.play:")]
    assert 1 < len(shown) <= 6
    assert len(shown) == len(set(shown))
    assert shown[0] in ("quiz.play:qz-9m", "quiz.play:qz-6m")
    chat.taps_exactly(shown[0])
    chat.sees("quiz/question")


def test_without_a_child_all_quizzes_can_be_played(chat: Conversation) -> None:
    families.joins(chat)
    chat.taps_exactly("quiz.list")
    chat.sees("quiz/list")
    assert any(button.startswith("quiz.play:") for button in chat.buttons)


@pytest.mark.parametrize(("pick", "told"), [(right, "quiz/right"), (wrong, "quiz/not-yet")])
def test_a_quiz_to_its_end(chat: Conversation, pick: Pick, told: str) -> None:
    families.has(chat)
    chat.taps_exactly(f"quiz.play:{QUIZ}")
    chat.sees("quiz/question")
    for at in range(3):
        options = [f"quiz.pick:{QUIZ}:{at}:{n}" for n in range(len(chat.buttons))]
        assert chat.buttons == options
        chosen = pick(chat, at)
        chat.taps_exactly(f"quiz.pick:{QUIZ}:{at}:{chosen}")
        chat.sees(told, "quiz/question" if at < 2 else "quiz/done")
    assert chat.buttons == ["quiz.list", "menu.today", "menu.home"]


def test_an_answer_says_what_is_right_and_why(chat: Conversation) -> None:
    families.has(chat)
    for pick in (right, wrong):
        chat.taps_exactly(f"quiz.pick:{QUIZ}:0:{pick(chat, 0)}")
        told = chat.said[-2].text
        question = chat.library.quizzes[QUIZ][0]
        assert question.options[question.right].fill({}) in told
        assert question.why.fill({"be": "Bống"}) in told


def test_every_quiz_can_be_played(chat: Conversation) -> None:
    families.has(chat)
    for quiz, questions in chat.library.quizzes.items():
        chat.taps_exactly(f"quiz.play:{quiz}")
        for at, question in enumerate(questions):
            chat.taps_exactly(f"quiz.pick:{quiz}:{at}:{question.right}")
            assert chat.seen[0] == "quiz/right"
            assert "{" not in chat.last
        assert chat.seen[-1] == "quiz/done"


@pytest.mark.parametrize(
    "forged",
    [
        "quiz.play",
        "quiz.play:",
        "quiz.play:nothing",
        "quiz.play:tip-d0242",
        "quiz.pick",
        "quiz.pick:",
        "quiz.pick:nothing:0:0",
        f"quiz.pick:{QUIZ}",
        f"quiz.pick:{QUIZ}:0",
        f"quiz.pick:{QUIZ}:0:9",
        f"quiz.pick:{QUIZ}:9:0",
        f"quiz.pick:{QUIZ}:3:0",
        f"quiz.pick:{QUIZ}:x:y",
        f"quiz.pick:{QUIZ}:-1:-1",
        f"quiz.pick:{QUIZ}:{'9' * 40}:0",
    ],
)
def test_a_forged_button_leads_to_the_list(chat: Conversation, forged: str) -> None:
    families.has(chat)
    chat.taps_exactly(forged)
    chat.sees("quiz/list")


def test_an_old_answer_may_be_given_again(chat: Conversation) -> None:
    families.has(chat)
    for _ in range(2):
        chat.taps_exactly(f"quiz.pick:{QUIZ}:2:{right(chat, 2)}")
        chat.sees("quiz/right", "quiz/done")


def test_a_running_question_goes_on(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.taps_exactly(f"quiz.play:{QUIZ}")
    chat.taps_exactly(f"quiz.pick:{QUIZ}:0:0")
    chat.says("Na")
    chat.sees("children/named")


def test_who_has_not_agreed_plays_nothing_yet(chat: Conversation) -> None:
    chat.taps_exactly(f"quiz.play:{QUIZ}")
    assert chat.seen[0].startswith("start/")
