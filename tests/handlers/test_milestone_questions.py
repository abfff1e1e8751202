"""A milestone list, question by question: kindly, without a score, and told when to go."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from care.milestones import Answers, Seen
from care.people import CaregiverState, ChildState, Role
from storage import caregivers
from storage.areas import Area
from tests.handlers import families
from tests.handlers.conversation import Conversation
from tests.handlers.milestone_lists import (
    DAY,
    LIST,
    QUESTION,
    answers_all,
    closes,
    kept,
    keys,
    knows,
    opens,
)


@pytest.fixture
def child(chat: Conversation) -> int:
    return families.has(chat)


def test_a_list_from_its_beginning_to_its_end(chat: Conversation, child: int) -> None:
    opens(chat, child)
    chat.sees("milestones/begin", QUESTION)
    begun = chat.said[-2]
    assert "không phải chẩn đoán" in begun.text
    assert not begun.buttons
    total = len(keys(chat))
    for number, key in enumerate(keys(chat), 1):
        assert f"{number}/{total}" in chat.last
        assert "chẩn đoán" not in chat.last  # told once
        assert chat.buttons == [
            "milestones.seen",
            "milestones.not-yet",
            "milestones.unsure",
            "milestones.later",
        ]
        chat.taps("milestones.seen")
        assert len(chat.seen) == 1
        assert kept(chat, child).seen[key] is Seen.SEEN
    closes(chat)
    chat.sees("milestones/seen")
    assert chat.library.texts[LIST].parts["seen"].fill({"goi": "mẹ", "be": "Bống"}) in chat.last
    assert kept(chat, child) == Answers(dict.fromkeys(keys(chat), Seen.SEEN), False, False)


def test_the_questions_follow_each_other_in_one_message(chat: Conversation, child: int) -> None:
    opens(chat, child)
    assert [out.edit for out in chat.said[-2:]] == [None, None]  # what was pushed stays
    while chat.seen[-1] != "milestones/worried":
        chat.taps("milestones.no" if chat.seen[-1] == "milestones/lost" else "milestones.seen")
        assert chat.said[-1].edit == "1"
    chat.taps("milestones.no")
    assert chat.said[-1].edit is None  # the words at the end stay, too
    opens(chat, child)
    chat.taps("milestones.all")
    chat.says("rồi")
    assert chat.said[-1].edit is None


def test_what_is_open_comes_again_after_two_weeks(chat: Conversation, child: int) -> None:
    opens(chat, child)
    chat.taps("milestones.not-yet")
    chat.taps("milestones.unsure")
    answers_all(chat)
    closes(chat)
    chat.sees("milestones/not-yet")
    again_on = families.TODAY + 14 * DAY
    assert kept(chat, child).again_on == again_on
    assert f"{again_on:%d/%m/%Y}" in chat.last
    assert chat.buttons == [
        "tips.topic:early_learning",
        f"milestones.start:{LIST}:{child}",
        "menu.home",
    ]


def test_who_is_paused_is_promised_nothing(chat: Conversation, child: int) -> None:
    chat.taps_exactly("settings.pause-for:30")
    opens(chat, child)
    answers_all(chat, "milestones.not-yet")
    closes(chat)
    chat.sees("milestones/not-yet")
    assert "2026" not in chat.last


def test_nothing_is_promised_when_the_next_list_comes_first(chat: Conversation, child: int) -> None:
    chat.now += 10 * DAY  # the next list comes on 12/12/2026
    opens(chat, child)
    answers_all(chat, "milestones.not-yet")
    closes(chat)
    chat.sees("milestones/not-yet")
    assert kept(chat, child).again_on is None
    assert "2026" not in chat.last


@pytest.mark.parametrize(("lost", "worried"), [("yes", "no"), ("no", "yes")])
def test_a_lost_skill_or_a_worry_leads_to_the_station(
    chat: Conversation, child: int, commune: Area, lost: str, worried: str
) -> None:
    me = families.me(chat).caregiver.id
    with chat.engine.connect() as conn, conn.begin():
        caregivers.change(conn, me, area_id=commune.id)
    opens(chat, child)
    chat.taps("milestones.not-yet")
    answers_all(chat)
    closes(chat, lost, worried)
    chat.sees("milestones/go-now")
    assert commune.name in chat.last
    assert "115" in chat.last
    assert chat.buttons == ["call", "danger.open:dg-child", "menu.home"]
    assert kept(chat, child).again_on is None  # nobody is told to wait


def test_no_ear_for_a_sound_needs_no_more_questions(chat: Conversation) -> None:
    child = families.has(
        chat, "Na", state=ChildState.BORN, born_on=date(2026, 9, 10), precision="day"
    )
    opens(chat, child, "ms-02m")
    for key in keys(chat, "ms-02m"):
        chat.taps("milestones.not-yet" if key == "lang2" else "milestones.seen")
    chat.sees("milestones/go-now")


def test_whoever_stops_early_hears_what_cannot_wait(chat: Conversation) -> None:
    child = families.has(
        chat, "Na", state=ChildState.BORN, born_on=date(2026, 9, 10), precision="day"
    )
    opens(chat, child, "ms-02m")
    chat.taps("milestones.seen")
    chat.taps("milestones.not-yet")  # no look at a face
    chat.sees(QUESTION)
    chat.taps("milestones.later")
    chat.sees("milestones/go-now", "milestones/kept")


def test_not_yet_twice_in_a_row_gets_a_kind_word(chat: Conversation, child: int) -> None:
    kind = "nhịp riêng"
    opens(chat, child)
    chat.taps("milestones.not-yet")
    assert kind not in chat.last
    chat.taps("milestones.not-yet")
    assert kind in chat.last
    chat.taps("milestones.seen")
    assert kind not in chat.last
    chat.taps("milestones.not-yet")
    assert kind not in chat.last


def test_no_answer_is_judged(chat: Conversation, child: int) -> None:
    """Whatever was tapped, the next question reads the same."""
    texts = []
    for action in ("milestones.seen", "milestones.not-yet", "milestones.unsure"):
        opens(chat, child)
        if action != "milestones.seen":
            chat.taps_exactly("menu.home")
            knows(chat, child)
            opens(chat, child)
            chat.taps("milestones.all")
        chat.taps(action)
        texts.append(chat.last)
    assert len(set(texts)) == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("đã thấy", Seen.SEEN),
        ("roi", Seen.SEEN),
        ("chưa", Seen.NOT_YET),
        ("chua thay a", Seen.NOT_YET),
        ("không", Seen.NOT_YET),
        ("không rõ", Seen.UNSURE),
        ("ko biet", Seen.UNSURE),
    ],
)
def test_an_answer_may_be_typed(chat: Conversation, child: int, typed: str, answer: Seen) -> None:
    opens(chat, child)
    chat.says(typed)
    chat.sees(QUESTION)
    assert list(kept(chat, child).seen.values()) == [answer]


def test_what_is_not_understood_is_asked_again(chat: Conversation, child: int) -> None:
    opens(chat, child)
    for times in (1, 2, 3):
        chat.says("hôm nay trời đẹp lắm nhé")
        chat.sees(QUESTION)
        assert "chưa rõ ý" in chat.last
        assert ("menu.home" in chat.buttons) is (times > 2)
    assert not kept(chat, child).seen
    chat.says("rồi")
    assert "chưa rõ ý" not in chat.last
    chat.says("để sau")
    chat.sees("milestones/kept")


def test_the_last_questions_may_be_typed(chat: Conversation, child: int) -> None:
    opens(chat, child)
    answers_all(chat)
    chat.says("trời mưa quá")
    chat.sees("milestones/lost")
    chat.says("không ạ")
    chat.sees("milestones/worried")
    chat.says("có")
    chat.sees("milestones/go-now")


def test_words_of_the_menu_lead_out(chat: Conversation, child: int) -> None:
    opens(chat, child)
    chat.says("tin hôm nay")
    assert QUESTION not in chat.seen
    opens(chat, child)
    chat.says("dừng")
    chat.sees("settings/stopped")


def test_danger_wins_and_the_list_goes_on_afterwards(chat: Conversation, child: int) -> None:
    opens(chat, child)
    chat.taps("milestones.seen")
    chat.says("bé co giật")
    chat.sees("emergency/numbers")
    chat.says("chưa")
    chat.sees(QUESTION)
    assert list(kept(chat, child).seen.values()) == [Seen.SEEN, Seen.NOT_YET]


def test_a_button_of_an_older_question_changes_nothing(chat: Conversation, child: int) -> None:
    opens(chat, child)
    old = chat.button("milestones.not-yet")
    chat.taps("milestones.seen")
    chat.taps_exactly(old)
    chat.sees("fallback/stale-waiting")
    assert list(kept(chat, child).seen.values()) == [Seen.SEEN]
    chat.taps("milestones.seen")
    chat.sees(QUESTION)


def test_a_button_of_another_kind_of_question_changes_nothing(
    chat: Conversation, child: int
) -> None:
    opens(chat, child)
    chat.taps_exactly("milestones.yes")  # as if the number of the step were guessed
    chat.sees("children/list")
    opens(chat, child)
    answers_all(chat)
    chat.taps_exactly("milestones.seen")
    chat.sees("children/list")
    assert kept(chat, child).lost is None


@pytest.mark.parametrize("role", [*Role])
def test_every_list_can_be_gone_through_by_everybody(chat: Conversation, role: Role) -> None:
    born = {"state": ChildState.BORN, "precision": "day"}
    for opening in (o for o in chat.library.openings if o.item.kind == "milestone"):
        birthday = families.TODAY - timedelta(days=opening.at.about_days + 20)
        child = families.has(chat, None, born_on=birthday, **born)
        me = families.me(chat).caregiver.id
        with chat.engine.connect() as conn, conn.begin():
            caregivers.change(conn, me, role=role, state=CaregiverState.ACTIVE)
        checklist = opening.item.id
        for action, part in (("seen", "seen"), ("unsure", "not-yet")):
            chat.taps_exactly(f"milestones.start:{checklist}:{child}")
            if chat.seen == ["milestones/answers"]:
                chat.taps("milestones.all")
            chat.sees("milestones/begin", QUESTION)
            answers_all(chat, f"milestones.{action}")
            closes(chat)
            chat.sees(f"milestones/{part}")
        chat.taps("milestones.start")
        chat.taps("milestones.again")
        answers_all(chat)
        closes(chat, worried="yes")
        chat.sees("milestones/go-now")
        assert "{" not in "".join(out.text for out in chat.said)


def test_a_skill_that_was_taken_out_of_the_list_is_left_out(chat: Conversation, child: int) -> None:
    opens(chat, child)
    chat.taps("milestones.seen")
    first, second, third, *rest = chat.library.skills[LIST]
    skills = {**chat.library.skills, LIST: (second, *rest)}
    chat.library = replace(chat.library, skills=skills)
    chat.taps("milestones.seen")
    assert set(kept(chat, child).seen) == {second.key}
    assert first.key != third.key
    answers_all(chat)
    closes(chat)
    chat.sees("milestones/seen")
