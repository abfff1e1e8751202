"""Correcting dates, an early birth, and reporting a birth."""

from collections.abc import Callable
from datetime import date

import pytest

from care.people import ChildState
from storage import children
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]


@pytest.fixture
def born(chat: Conversation) -> int:
    return families.has(chat)


@pytest.fixture
def expected(chat: Conversation) -> int:
    return families.expects(chat)


def test_a_date_is_echoed_in_words_before_it_is_saved(chat: Conversation, born: int) -> None:
    chat.taps_exactly(f"children.date:{born}")
    chat.sees("children/ask-date")
    chat.says("12 tháng 4 năm 2026")
    chat.sees("children/confirm")
    assert "12/04/2026, 7 tháng tuổi" in chat.last
    assert families.child(chat, born).born_on == families.BORN  # type: ignore[union-attr]
    chat.taps("children.save")
    assert chat.seen[0] == "children/saved"
    assert families.child(chat, born).born_on == date(2026, 4, 12)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed", ["31/2/2026", "1/1/2027", "5/5/2010", "không nhớ gì cả", "xyz", "12/3/1999"]
)
def test_a_date_that_cannot_be_is_refused_kindly(chat: Conversation, born: int, typed: str) -> None:
    chat.taps_exactly(f"children.date:{born}")
    chat.says(typed)
    chat.sees("children/bad-date")
    assert "ví dụ" in chat.last
    chat.says("12/4/2026")
    chat.sees("children/confirm")


def test_no_means_asking_again_and_enough_means_leaving(chat: Conversation, born: int) -> None:
    chat.taps_exactly(f"children.date:{born}")
    chat.says("12/4/2026")
    chat.says("không")
    chat.sees("children/ask-date")
    chat.says("12/5/2026")
    chat.says("13/5/2026")  # the right date at once, instead of "no"
    chat.sees("children/confirm")
    assert "13/05/2026" in chat.last
    chat.says("ý là sao")
    chat.sees("children/please-confirm")
    chat.taps("children.cancel")
    chat.sees("children/cancelled")
    assert families.child(chat, born).born_on == families.BORN  # type: ignore[union-attr]


def test_a_corrected_date_plans_only_the_future_anew(chat: Conversation, born: int) -> None:
    families.queued(chat, born, "tip-d0242", state="sent")
    families.queued(chat, born, "tip-d0288")
    families.queued(chat, born, "dg-nb")
    families.waits(chat, born, "tip-d0365")
    chat.taps_exactly(f"children.date:{born}")
    chat.says("12/5/2026")
    chat.says("đúng")
    pushed = families.pushed(chat)
    assert pushed["tip-d0242"] == ("sent", None)
    assert pushed["dg-nb"] == ("cancelled", "date_changed")  # over at the new age too
    assert "tip-d0288" not in pushed  # comes again at the right time
    assert "tip-d0365" not in families.decided(chat)


def test_twins_keep_one_birthday(chat: Conversation) -> None:
    values = {"state": ChildState.BORN, "born_on": families.BORN, "precision": "day"}
    one = families.has(chat, "An", twin_group=1, **values)
    other = families.has(chat, "Bình", twin_group=1, **values)
    chat.taps_exactly(f"children.date:{one}")
    chat.says("13/3/2026")
    chat.taps("children.save")
    assert families.child(chat, other).born_on == date(2026, 3, 13)  # type: ignore[union-attr]


def test_an_early_birth_moves_the_corrected_birthday(chat: Conversation, born: int) -> None:
    chat.taps_exactly(f"children.weeks:{born}")
    chat.sees("children/ask-weeks")
    chat.says("nhiều lắm")
    chat.sees("children/bad-weeks")
    chat.says("32 tuần")
    chat.sees("children/confirm")
    chat.taps("children.save")
    child = families.child(chat, born)
    assert child is not None
    assert child.gestation_weeks == 32
    assert child.corrected_on == date(2026, 5, 7)
    chat.taps_exactly(f"children.weeks:{born}")
    chat.taps("children.term")
    chat.taps("children.save")
    assert families.child(chat, born).gestation_weeks is None  # type: ignore[union-attr]


def test_a_due_date_is_corrected_as_a_due_date(chat: Conversation, expected: int) -> None:
    chat.taps_exactly(f"children.date:{expected}")
    chat.says("20 tuần")
    chat.sees("children/confirm")
    chat.taps("children.save")
    child = families.child(chat, expected)
    assert child is not None
    assert (child.due_on, child.precision) == (date(2027, 4, 13), "about")
    assert child.state is ChildState.EXPECTED


def test_a_birth_is_reported_with_two_taps(chat: Conversation, expected: int) -> None:
    families.queued(chat, expected, "dg-preg2")
    chat.says("đã sinh")
    chat.sees("children/ask-birth")
    chat.taps("children.on:1")
    chat.sees("children/confirm")
    assert "23/11/2026" in chat.last
    assert families.child(chat, expected).state is ChildState.EXPECTED  # type: ignore[union-attr]
    chat.taps("children.save")
    assert chat.seen[0] == "children/born"
    assert len(chat.seen) == 2  # with the item of the day
    child = families.child(chat, expected)
    assert child is not None
    assert (child.state, child.born_on) == (ChildState.BORN, date(2026, 11, 23))
    assert child.gestation_weeks is None  # 37 weeks by the due date: no early birth
    assert families.pushed(chat)["dg-preg2"] == ("cancelled", "date_changed")


def test_an_early_birth_is_known_from_the_due_date(chat: Conversation) -> None:
    number = families.expects(chat, date(2027, 1, 5))
    chat.taps_exactly(f"children.birth:{number}")
    chat.says("hôm nay")
    assert "34 tuần" in chat.last
    chat.taps("children.save")
    assert families.child(chat, number).gestation_weeks == 34  # type: ignore[union-attr]


def test_a_birth_far_from_the_due_date_is_questioned_not_refused(
    chat: Conversation, expected: int
) -> None:
    chat.taps_exactly(f"children.birth:{expected}")
    chat.says("1/6/2026")
    chat.sees("children/confirm")
    assert "xem lại" in chat.last
    chat.taps("children.save")
    assert f"children.weeks:{expected}" in [b.id for out in chat.said[-3:] for b in out.buttons]


@pytest.mark.parametrize("way", ["button", "words", "words first"])
def test_twins_are_born(chat: Conversation, expected: int, way: str) -> None:
    chat.taps_exactly(f"children.birth:{expected}")
    if way == "button":
        chat.says("20/11/2026")
        chat.taps("children.save-twins")
    elif way == "words":
        chat.says("sinh đôi 20/11/2026")
        chat.taps("children.save")
    else:
        chat.says("em sinh đôi ạ")
        chat.sees("children/bad-date")
        chat.says("hôm qua")
        chat.taps("children.save")
    assert chat.seen[0] == "children/born"
    with chat.engine.connect() as conn:
        kids = children.of_caregiver(conn, families.me(chat).caregiver.id)
    assert [kid.state for kid in kids] == [ChildState.BORN, ChildState.BORN]
    assert kids[0].born_on == kids[1].born_on
    assert kids[0].twin_group == kids[1].twin_group == expected


def test_everybody_who_cares_gets_what_a_newborn_gets(
    chat: Conversation, another: Another, expected: int
) -> None:
    father = another("chat-2")
    families.shares(chat, father, expected)
    families.queued(father, expected, "dg-preg2")
    chat.taps_exactly(f"children.birth:{expected}")
    chat.taps("children.on:0")
    chat.taps("children.save-twins")
    assert families.pushed(father)["dg-preg2"] == ("cancelled", "date_changed")
    assert "waiting" in {state for state, _ in families.decided(father).values()}
    with chat.engine.connect() as conn:
        assert len(children.of_caregiver(conn, families.me(father).caregiver.id)) == 2


def test_several_pregnancies_are_told_apart(chat: Conversation, expected: int) -> None:
    other = families.expects(chat, date(2027, 2, 1), "Mít")
    chat.says("sinh roi")
    chat.sees("children/which-birth")
    chat.taps_exactly(f"children.birth:{other}")
    chat.taps("children.on:0")
    chat.taps("children.save")
    assert families.child(chat, other).state is ChildState.BORN  # type: ignore[union-attr]
    assert families.child(chat, expected).state is ChildState.EXPECTED  # type: ignore[union-attr]


def test_a_birth_without_a_pregnancy_leads_to_registration(chat: Conversation, born: int) -> None:
    chat.says("đã sinh")
    chat.sees("children/none-expected")
    assert "registration.another" in chat.buttons


def test_not_yet_says_when_to_go(chat: Conversation, expected: int) -> None:
    chat.taps_exactly(f"children.not-yet:{expected}")
    chat.sees("children/not-yet")
    assert "115" in chat.last
    assert "danger.open:dg-preg2" in chat.buttons


def test_an_old_button_of_the_question_saves_nothing(chat: Conversation, born: int) -> None:
    chat.taps_exactly(f"children.date:{born}")
    chat.says("12/4/2026")
    old = chat.button("children.save")
    chat.says("menu")
    chat.taps_exactly(old)
    chat.sees("fallback/stale")
    chat.taps_exactly("children.save")
    assert families.child(chat, born).born_on == families.BORN  # type: ignore[union-attr]
