"""Which milestone list is opened, and for whom; what was answered is never lost."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from care.milestones import Answers, Seen
from care.people import ChildState
from content.library import Library
from handlers.item_buttons import buttons_for
from tests.handlers import families
from tests.handlers.conversation import Conversation
from tests.handlers.milestone_lists import (
    DAY,
    LIST,
    OLDER,
    QUESTION,
    YOUNGER,
    answers_all,
    closes,
    kept,
    keys,
    knows,
    opens,
)

Another = Callable[[str], Conversation]


@pytest.fixture
def child(chat: Conversation) -> int:
    return families.has(chat)


def test_the_button_stands_under_a_pushed_list(library: Library) -> None:
    assert [b.id for b in buttons_for(library, LIST, 7)] == [
        f"milestones.open:{LIST}:7",
        "call",
        "danger.open:dg-child",
    ]
    assert "milestones.open" not in str(buttons_for(library, LIST, None))
    assert "milestones.open" not in str(buttons_for(library, "tip-d0242", 7))


def test_the_card_of_a_child_leads_to_its_list(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"children.open:{child}")
    assert f"milestones.start:{LIST}:{child}" in chat.buttons
    chat.taps("milestones.start")
    chat.sees("milestones/begin", QUESTION)
    expected = families.expects(chat)
    chat.taps_exactly(f"children.open:{expected}")
    assert not any("milestones" in button for button in chat.buttons)


def test_later_keeps_what_was_answered_until_another_day(chat: Conversation, child: int) -> None:
    opens(chat, child)
    for _ in range(3):
        chat.taps("milestones.seen")
    chat.taps("milestones.later")
    chat.sees("milestones/kept")
    chat.says("chào")
    chat.sees("menu/hello")
    chat.now += DAY
    chat.taps_exactly(f"milestones.start:{LIST}:{child}")
    chat.sees("milestones/resume", QUESTION)
    assert f"4/{len(keys(chat))}" in chat.last
    answers_all(chat)
    closes(chat)
    chat.sees("milestones/seen")


def test_whoever_goes_without_a_word_finds_it_kept_as_well(chat: Conversation, child: int) -> None:
    opens(chat, child)
    chat.taps("milestones.seen")
    chat.taps_exactly("menu.home")
    opens(chat, child)
    chat.sees("milestones/resume", QUESTION)
    assert f"2/{len(keys(chat))}" in chat.last
    answers_all(chat)
    chat.sees("milestones/lost")
    chat.taps_exactly("menu.home")
    opens(chat, child)
    chat.sees("milestones/lost")
    assert chat.said[-1].edit is None
    chat.taps("milestones.no")
    chat.sees("milestones/worried")


def test_a_finished_list_is_shown_and_can_be_changed(chat: Conversation, child: int) -> None:
    knows(chat, child, open_key="move1", again_on=families.TODAY + 5 * DAY)
    opens(chat, child)
    chat.sees("milestones/answers")
    assert chat.last.count("Đã thấy") == len(keys(chat)) - 1
    assert chat.last.count("Chưa thấy") == 1
    assert chat.buttons == [
        f"milestones.again:{LIST}:{child}",
        f"milestones.all:{LIST}:{child}",
        "menu.children",
        "menu.home",
    ]
    chat.taps("milestones.again")
    chat.sees("milestones/resume", QUESTION)
    assert "1/1" in chat.last
    chat.taps("milestones.seen")
    closes(chat)
    chat.sees("milestones/seen")
    assert kept(chat, child) == Answers(dict.fromkeys(keys(chat), Seen.SEEN), False, False)
    opens(chat, child)
    chat.sees("milestones/answers")
    assert f"milestones.again:{LIST}:{child}" not in chat.buttons
    chat.taps("milestones.all")
    chat.sees("milestones/begin", QUESTION)
    answers_all(chat, "milestones.unsure")
    closes(chat)
    chat.sees("milestones/not-yet")


def test_after_two_weeks_only_what_was_open_is_asked(chat: Conversation, child: int) -> None:
    knows(chat, child, open_key="move1", again_on=families.TODAY)
    opens(chat, child)
    chat.sees("milestones/resume", QUESTION)
    assert "1/1" in chat.last
    chat.taps("milestones.not-yet")
    closes(chat)
    chat.sees("milestones/not-yet")
    assert kept(chat, child).again_on == families.TODAY + 14 * DAY


def test_two_people_share_the_answers(chat: Conversation, another: Another, child: int) -> None:
    father = another("chat-2")
    families.shares(chat, father, child)
    opens(chat, child)
    chat.taps("milestones.seen")
    opens(father, child)
    father.sees("milestones/resume", QUESTION)
    assert f"2/{len(keys(chat))}" in father.last


def test_a_list_of_long_ago_leads_to_that_of_today(chat: Conversation, child: int) -> None:
    opens(chat, child, YOUNGER)
    chat.sees("milestones/begin", QUESTION)
    chat.taps("milestones.seen")
    assert kept(chat, child, YOUNGER) == Answers()
    assert kept(chat, child, LIST).seen


def test_answers_of_long_ago_are_only_shown(chat: Conversation, child: int) -> None:
    knows(chat, child, YOUNGER, open_key="move1", again_on=families.TODAY - 90 * DAY)
    opens(chat, child, YOUNGER)
    chat.sees("milestones/answers")
    assert chat.buttons == [f"milestones.start:{LIST}:{child}", "menu.children", "menu.home"]
    chat.taps_exactly(f"milestones.all:{YOUNGER}:{child}")
    chat.sees("milestones/answers")


def test_a_list_that_has_not_come_leads_to_that_of_today(chat: Conversation, child: int) -> None:
    opens(chat, child, OLDER)
    chat.sees("milestones/begin", QUESTION)
    chat.taps("milestones.seen")
    assert kept(chat, child, OLDER) == Answers()


def test_a_preterm_child_has_the_list_of_its_corrected_age(chat: Conversation) -> None:
    born = date(2026, 2, 20)  # nine months, corrected seven
    child = families.has(
        chat, "Na", state=ChildState.BORN, born_on=born, precision="day", gestation_weeks=32
    )
    chat.taps_exactly(f"children.open:{child}")
    assert f"milestones.start:{LIST}:{child}" in chat.buttons


def twins(chat: Conversation) -> tuple[int, int]:
    born: dict[str, Any] = {"state": ChildState.BORN, "born_on": families.BORN, "precision": "day"}
    one = families.has(chat, "An", **born, twin_group=1)
    return one, families.has(chat, "Bình", **born, twin_group=1)


def test_twins_have_a_list_each(chat: Conversation) -> None:
    one, other = twins(chat)
    opens(chat, one)
    chat.sees("milestones/which")
    assert chat.buttons == [
        f"milestones.start::{one}",
        f"milestones.start::{other}",
        "menu.home",
    ]
    chat.taps_exactly(f"milestones.start::{other}")
    assert "Bình" in chat.last
    chat.taps("milestones.seen")
    assert kept(chat, one) == Answers()
    assert kept(chat, other).seen


def test_the_twin_who_is_due_is_not_asked_for(chat: Conversation) -> None:
    one, other = twins(chat)
    knows(chat, other, open_key="move1", again_on=families.TODAY)
    opens(chat, other)
    chat.sees("milestones/resume", QUESTION)
    assert "Bình" in chat.last
    opens(chat, one)
    chat.sees("milestones/which")


@pytest.mark.parametrize("typed", ["bé biết làm gì rồi", "moc phat trien"])
def test_the_list_can_be_asked_for_in_words(chat: Conversation, child: int, typed: str) -> None:
    chat.says(typed)
    chat.sees("milestones/begin", QUESTION)
    families.has(chat, "Tí", state=ChildState.BORN, born_on=date(2024, 3, 1), precision="day")
    chat.taps_exactly("menu.home")
    chat.says(typed)
    chat.sees("milestones/which")


def test_without_a_fitting_child_it_says_when(chat: Conversation) -> None:
    families.expects(chat)
    chat.says("mốc phát triển")
    chat.sees("milestones/none")


def test_a_loss_ends_it(chat: Conversation, another: Another, child: int) -> None:
    father = another("chat-2")
    families.shares(chat, father, child)
    opens(chat, child)
    father.taps_exactly(f"loss.report:{child}")
    chat.taps("milestones.seen")
    chat.sees("children/none")
    assert kept(chat, child) == Answers()
    opens(chat, child)
    chat.sees("milestones/none")


def test_ids_in_buttons_are_never_believed(chat: Conversation, another: Another) -> None:
    families.expects(chat)
    stranger = another("chat-2")
    theirs = families.has(stranger)
    for action in ("open", "start", "again", "all"):
        for wrong in (f":{LIST}:{theirs}", "", ":", "::", f":{LIST}", ":x:y", f":{'9' * 40}:1"):
            chat.taps_exactly(f"milestones.{action}{wrong}")
            chat.sees("milestones/none")
    for action in ("seen", "not-yet", "unsure", "later", "yes", "no"):
        chat.taps_exactly(f"milestones.{action}")
        chat.sees("children/list")
    assert kept(chat, theirs) == Answers()


def test_who_has_not_agreed_is_asked_nothing_yet(chat: Conversation) -> None:
    chat.taps_exactly(f"milestones.open:{LIST}:1")
    assert chat.seen[0].startswith("start/")
