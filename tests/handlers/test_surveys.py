"""After a talk with an officer: one tap, a few words if they like, and a way past both."""

from collections.abc import Callable

import pytest

from storage import caregivers, conversations, surveys, talks, tasks
from storage.areas import Area
from storage.surveys import Score
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]


def talked(chat: Conversation, area: Area | None = None) -> int:
    """This person had a talk that is closed."""
    person = families.me(chat)
    where = area.id if area else None
    with chat.engine.begin() as conn:
        caregivers.change(conn, person.caregiver.id, area_id=where)
        talk = talks.ask(conn, person.caregiver.id, person.address_id, where, chat.now)
        talks.leave(conn, talk.id, chat.now)
    return talk.id


def scores(chat: Conversation) -> list[Score]:
    with chat.engine.begin() as conn:
        return surveys.answers(conn, (), True, chat.now.replace(year=2020), 9)


def test_a_tap_is_kept_and_words_may_follow(chat: Conversation) -> None:
    families.has(chat)
    talk = talked(chat)
    chat.taps_exactly(f"surveys.5:{talk}")
    chat.sees("surveys/words")
    chat.says("cô y tá rất nhẹ nhàng")
    chat.sees("surveys/thanks")
    (found,) = scores(chat)
    assert (found.talk_id, found.score, found.words) == (talk, 5, "cô y tá rất nhẹ nhàng")


@pytest.mark.parametrize("way", ["tap", "words"])
def test_both_can_be_passed_by(chat: Conversation, way: str) -> None:
    families.has(chat)
    talk = talked(chat)
    chat.taps_exactly(f"surveys.skip:{talk}")
    chat.sees("surveys/skipped")
    assert scores(chat) == []
    chat.taps_exactly(f"surveys.4:{talk}")
    if way == "tap":
        chat.taps("surveys.skip")
    else:
        chat.says("bỏ qua")
    chat.sees("surveys/skipped")
    assert [(one.score, one.words) for one in scores(chat)] == [(4, None)]


def test_a_low_score_is_a_task_where_the_family_lives(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    talk = talked(chat, commune)
    chat.taps_exactly(f"surveys.2:{talk}")
    chat.taps_exactly(f"surveys.1:{talk}")
    with chat.engine.begin() as conn:
        (task,) = tasks.waiting(conn, [commune.id], everywhere=False)
    assert (task.kind, task.ref) == (tasks.LOW_SCORE, f"talk:{talk}")


def test_a_running_question_is_not_taken_over(chat: Conversation) -> None:
    number = families.has(chat)
    talk = talked(chat)
    chat.taps_exactly(f"growth.for:{number}")
    chat.taps_exactly(f"surveys.3:{talk}")
    chat.sees("surveys/thanks")
    chat.taps_exactly(f"surveys.skip:{talk}")
    chat.sees("surveys/skipped")
    assert [(one.score, one.words) for one in scores(chat)] == [(3, None)]
    address = families.me(chat).address_id
    with chat.engine.connect() as conn:
        assert conversations.get(conn, address).step == "growth.weight"


@pytest.mark.parametrize("forged", ["", ":", ":x", ":999999", ":-1", ":" + "9" * 40])
def test_a_forged_button_counts_for_nothing(chat: Conversation, forged: str) -> None:
    families.has(chat)
    talked(chat)
    chat.taps_exactly(f"surveys.1{forged}")
    chat.sees("fallback/stale")
    assert scores(chat) == []


def test_nobody_answers_for_another_family(chat: Conversation, another: Another) -> None:
    families.has(chat)
    talk = talked(chat)
    stranger = another("stranger")
    families.has(stranger)
    stranger.taps_exactly(f"surveys.1:{talk}")
    stranger.sees("fallback/stale")
    assert scores(chat) == []


def test_a_wish_typed_instead_of_words_is_fulfilled(chat: Conversation) -> None:
    families.has(chat)
    talk = talked(chat)
    chat.taps_exactly(f"surveys.5:{talk}")
    chat.says("bảng chọn")
    chat.sees("menu/home")
    assert [one.words for one in scores(chat)] == [None]
