"""From consent to a registered child."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from care.people import ChildState, Role
from storage import caregivers
from storage.tables import decisions
from tests.handlers.conversation import Conversation
from tests.handlers.families import kids

TODAY = date(2026, 11, 24)


@pytest.fixture
def asked(chat: Conversation) -> Conversation:
    """At the question for the birth date."""
    chat.says("/start")
    chat.taps("consent.yes")
    chat.taps("registration.mother")
    chat.sees("registration/ask-date")
    return chat


def role(chat: Conversation) -> Role | None:
    with chat.engine.connect() as conn:
        contact = caregivers.find(conn, chat.address)
        return contact.caregiver.role if contact else None


def decided(chat: Conversation) -> list[Any]:
    with chat.engine.connect() as conn:
        return list(conn.execute(select(decisions)).all())


def test_a_child_is_registered_with_four_answers_after_the_first_message(
    chat: Conversation,
) -> None:
    chat.says("xin chào")
    chat.taps("consent.yes")
    chat.taps("registration.mother")
    chat.says("12/3/2026")
    chat.sees("registration/confirm-birth")
    assert "12/03/2026" in chat.last
    assert "8 tháng 12 ngày" in chat.last
    chat.taps("registration.term")
    (child,) = kids(chat)
    assert (child.state, child.born_on, child.precision) == (
        ChildState.BORN,
        date(2026, 3, 12),
        "day",
    )
    assert child.gestation_weeks is None
    chat.sees("registration/ask-nickname")
    chat.says("bé tên là na ạ")
    chat.sees("place/ask")
    chat.taps("place.skip")
    assert chat.seen[0] == "registration/done"
    assert chat.seen[1].startswith("tip-")
    assert kids(chat)[0].nickname == "Na"
    assert "Na" in chat.said[-2].text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mẹ", Role.MOTHER),
        ("me", Role.MOTHER),
        ("tôi là mẹ của bé", Role.MOTHER),
        ("bo", Role.FATHER),
        ("ba", Role.FATHER),
        ("bà", Role.GRANDPARENT),
        ("Bà ngoại", Role.GRANDPARENT),
        ("ông bà", Role.GRANDPARENT),
        ("dì", Role.KIN),
    ],
)
def test_the_role_may_be_typed(chat: Conversation, typed: str, expected: Role) -> None:
    chat.says("/start")
    chat.taps("consent.yes")
    chat.says("hmm gì cơ")
    chat.sees("registration/ask-role")
    chat.says(typed)
    chat.sees("registration/ask-date")
    assert role(chat) is expected


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("ơ hay", "registration/date-unreadable"),
        ("30/2/2026", "registration/date-impossible"),
        ("3/4/2027", "registration/date-future"),
        ("1/1/2015", "registration/date-too-old"),
        ("thai 50 tuần", "registration/due-impossible"),
    ],
)
def test_a_date_that_cannot_be_is_refused_kindly_with_an_example(
    asked: Conversation, typed: str, message: str
) -> None:
    asked.says(typed)
    asked.sees(message)
    assert "/2026" in asked.last or "/2027" in asked.last
    assert kids(asked) == []
    if message.startswith("registration/date"):
        asked.says("hôm qua")
        asked.sees("registration/confirm-birth")


@pytest.mark.parametrize(
    "typed", ["thai 20 tuần", "du sinh 3/4", "kinh cuối 1/9", "có bầu 5 tháng"]
)
def test_a_pregnancy_typed_instead_of_a_birth_is_understood(
    asked: Conversation, typed: str
) -> None:
    asked.says(typed)
    asked.sees("registration/confirm-due")
    asked.says("đúng")
    (child,) = kids(asked)
    assert child.state is ChildState.EXPECTED
    assert child.due_on is not None
    assert child.born_on is None
    asked.sees("registration/ask-nickname")


@pytest.mark.parametrize("typed", ["em đang mang thai", "đang có bầu", "chưa sinh"])
def test_saying_that_the_child_is_not_born_leads_to_the_due_date(
    asked: Conversation, typed: str
) -> None:
    asked.says(typed)
    assert asked.seen[0] in ("registration/ask-due", "registration/date-future")


def test_a_pregnancy_by_buttons(asked: Conversation) -> None:
    asked.taps("registration.pregnant")
    asked.sees("registration/ask-due")
    asked.says("3/4/2027")
    asked.sees("registration/confirm-due")
    assert "03/04/2027" in asked.last
    asked.taps("registration.redo")
    asked.sees("registration/ask-due")
    asked.says("20 tuần")
    asked.taps("registration.due-yes")
    asked.taps("registration.no-name")
    asked.says("bỏ qua")
    assert asked.seen[0] == "registration/done"
    (child,) = kids(asked)
    assert child.due_on == TODAY + timedelta(days=140)
    assert child.precision == "about"


def test_a_future_date_becomes_the_due_date_with_one_tap(asked: Conversation) -> None:
    asked.says("3/4/2027")
    asked.taps("registration.pregnant")
    asked.sees("registration/confirm-due")
    assert "03/04/2027" in asked.last


def test_a_birth_date_given_as_due_date_becomes_the_birthday_with_one_tap(
    asked: Conversation,
) -> None:
    asked.taps("registration.pregnant")
    asked.says("12/3/2026")
    asked.sees("registration/due-too-old")
    asked.taps("registration.born")
    asked.sees("registration/confirm-birth")
    assert "12/03/2026" in asked.last


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("hả", "registration/due-unreadable"),
        ("31/2/2027", "registration/due-impossible"),
        ("1/1/2030", "registration/due-too-far"),
        ("kinh cuối 1/12/2026", "registration/due-future"),
    ],
)
def test_a_due_date_that_cannot_be_is_refused_kindly(
    asked: Conversation, typed: str, message: str
) -> None:
    asked.taps("registration.pregnant")
    asked.says(typed)
    asked.sees(message)
    assert kids(asked) == []


def test_weeks_are_offered_as_buttons_when_the_due_date_stays_unreadable(
    asked: Conversation,
) -> None:
    asked.taps("registration.pregnant")
    for _ in range(3):
        asked.says("không rõ nữa")
    asked.sees("registration/pick-weeks")
    asked.taps_exactly(asked.button("registration.along:20"))
    asked.sees("registration/confirm-due")


def test_a_calendar_of_buttons_helps_who_cannot_type_a_date(asked: Conversation) -> None:
    for text in ("abc", "xyz", "hihi"):
        asked.says(text)
    asked.sees("registration/pick-year")
    assert "registration.year:2018" in asked.buttons
    asked.taps_exactly(asked.button("registration.year:2026"))
    asked.sees("registration/pick-month")
    assert "registration.month:2026-11" in asked.buttons
    assert "registration.month:2026-12" not in asked.buttons
    asked.taps_exactly(asked.button("registration.month:2026-03"))
    asked.sees("registration/pick-day")
    asked.says("ngày 12")
    asked.sees("registration/confirm-birth")
    assert "12/03/2026" in asked.last


def test_a_forgotten_day_is_kept_as_a_month(asked: Conversation) -> None:
    for text in ("abc", "xyz", "hihi"):
        asked.says(text)
    asked.taps_exactly(asked.button("registration.year:2025"))
    asked.taps_exactly(asked.button("registration.month:2025-03"))
    asked.says("không nhớ")
    asked.taps("registration.term")
    (child,) = kids(asked)
    assert (child.born_on, child.precision) == (date(2025, 3, 15), "month")


@pytest.mark.parametrize(
    ("answer", "weeks"),
    [("registration.weeks-34", 35), ("registration.weeks-28", 30), ("32 tuần", 32), ("40", None)],
)
def test_an_early_birth_keeps_its_weeks(
    asked: Conversation, answer: str, weeks: int | None
) -> None:
    asked.says("12/3/2026")
    asked.taps("registration.early")
    asked.sees("registration/ask-weeks")
    assert kids(asked) == []
    if answer.startswith("registration."):
        asked.taps(answer)
    else:
        asked.says(answer)
    (child,) = kids(asked)
    assert child.gestation_weeks == weeks
    assert child.preterm is (weeks is not None)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("đúng", "registration/ask-term"),
        ("dung", "registration/ask-term"),
        ("dung roi", "registration/ask-term"),
        ("đúng, đủ tháng", "registration/ask-nickname"),
        ("du thang", "registration/ask-nickname"),
        ("không sinh non", "registration/ask-date"),
        ("sinh non", "registration/ask-weeks"),
        ("sinh non 32 tuần", "registration/ask-nickname"),
        ("sinh đôi", "registration/ask-weeks"),
        ("sai", "registration/ask-date"),
        ("sửa", "registration/ask-date"),
        ("13/3/2026", "registration/confirm-birth"),
        ("ờ thì", "registration/confirm-birth"),
    ],
)
def test_the_confirmation_may_be_typed(asked: Conversation, typed: str, message: str) -> None:
    asked.says("12/3/2026")
    asked.says(typed)
    asked.sees(message)


def test_an_older_child_is_confirmed_without_asking_about_the_term(asked: Conversation) -> None:
    asked.says("12/3/2022")
    assert asked.buttons == ["registration.right", "registration.twins", "registration.redo"]
    assert "4 tuổi 8 tháng" in asked.last
    asked.says("đúng rồi")
    asked.sees("registration/ask-nickname")


def test_twins_are_two_children_and_one_tip(asked: Conversation) -> None:
    asked.says("12/3/2026")
    asked.taps("registration.twins")
    asked.taps("registration.full")
    asked.says("An và Bình")
    asked.taps("place.skip")
    first, second = kids(asked)
    assert (first.nickname, second.nickname) == ("An", "Bình")
    assert first.twin_group == second.twin_group == first.id
    assert len(asked.seen) == 2
    shown = [row for row in decided(asked) if row.message == asked.seen[1]]
    assert {row.child_id for row in shown} == {first.id, second.id}
    assert all(row.state == "merged" for row in shown)


def test_early_twins(asked: Conversation) -> None:
    asked.says("12/3/2026")
    asked.says("sinh doi")
    asked.says("34 tuan")
    assert [child.gestation_weeks for child in kids(asked)] == [34, 34]


def test_what_was_shown_never_comes_again_and_the_rest_waits_with_a_reason(
    asked: Conversation,
) -> None:
    asked.says("12/3/2026")
    asked.taps("registration.term")
    assert all(row.state != "merged" for row in decided(asked))
    asked.taps("registration.no-name")
    asked.taps("place.skip")
    tip = asked.seen[1]
    rows = decided(asked)
    (shown,) = [row for row in rows if row.message == tip]
    assert (shown.state, shown.reason, shown.retry_on) == ("merged", "shown", None)
    assert {row.state for row in rows} <= {"merged", "waiting", "skipped"}
    for row in rows:
        assert (row.retry_on is not None) is (row.state == "waiting")


def test_who_leaves_before_the_name_gets_todays_tip_tomorrow(asked: Conversation) -> None:
    asked.says("12/3/2026")
    asked.taps("registration.term")
    waiting = [row for row in decided(asked) if row.state == "waiting"]
    assert min(row.retry_on for row in waiting) == TODAY + timedelta(days=1)


def test_a_child_of_seven_is_to_be_asked_too(asked: Conversation) -> None:
    asked.says("12/3/2019")
    asked.taps("registration.right")
    asked.taps("registration.no-name")
    asked.taps("place.skip")
    assert "7 tuổi" in asked.said[-len(asked.seen)].text


def test_another_child_is_added_by_words_without_asking_for_the_place_again(
    asked: Conversation,
) -> None:
    asked.says("12/3/2026")
    asked.taps("registration.term")
    asked.taps("registration.no-name")
    asked.taps("place.skip")
    asked.says("thêm con")
    asked.sees("registration/ask-date")
    asked.says("1/5/2023")
    asked.taps("registration.right")
    asked.says("Bin")
    assert asked.seen[0] == "registration/done"
    assert [child.nickname for child in kids(asked)] == [None, "Bin"]


def test_an_old_button_of_registration_saves_nothing_twice(asked: Conversation) -> None:
    asked.says("12/3/2026")
    old = asked.button("registration.term")
    asked.taps_exactly(old)
    asked.taps_exactly(old)
    assert len(kids(asked)) == 1


@pytest.mark.parametrize(
    "action",
    ["registration.term", "registration.twins", "registration.weeks-34", "registration.due-yes",
     "registration.redo", "registration.no-day", "registration.month:x", "registration.year:",
     "registration.along:99", "registration.pregnant", "registration.born"],
)  # fmt: skip
def test_a_button_without_its_question_asks_the_question(asked: Conversation, action: str) -> None:
    asked.taps_exactly(action)
    assert asked.seen[0] in (
        "registration/ask-date", "registration/ask-due", "registration/pick-year",
    )  # fmt: skip
    assert kids(asked) == []


def test_other_conversations_can_be_reached_from_a_question(asked: Conversation) -> None:
    asked.says("mời người nhà")
    asked.sees("family/no-child")
