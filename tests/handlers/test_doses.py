"""What was given is told in a tap or in words: when, to whom, and what is not believed."""

from collections.abc import Callable
from datetime import date

import pytest

from care.duties import Record, Source, Told
from storage.areas import Area
from tests.handlers import families, known
from tests.handlers.conversation import Conversation
from tests.handlers.families import TODAY
from tests.handlers.known import BORN, born, states, tell, told
from tests.handlers.vaccinating import (
    AT_BIRTH,
    AT_THREE,
    AT_TWO,
    CALL,
    DAY,
    FIVE,
    THREE,
    VISIT,
    doses_of,
    given,
    unknown,
)

Another = Callable[[str], Conversation]


def test_under_the_reminder_the_day_is_asked_and_the_doses_are_kept(
    chat: Conversation, another: Another
) -> None:
    number, father = born(chat), another("chat-2")
    families.shares(chat, father, number)
    for person in (chat, father):
        families.queued(person, number, CALL)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.sees("doses/which-day")
    assert chat.buttons == [
        "doses.on:0",
        "doses.on:1",
        "doses.forgot-day",
        f"doses.visits:-:{number}",
        "doses.cancel",
    ]
    for dose in AT_TWO:
        assert chat.library.label(f"dose.{dose}") in chat.last
    assert told(chat, number) == {}
    chat.taps("doses.on:0")
    chat.sees("doses/saved", "doses/after", "doses/before")
    assert doses_of(chat, number) == given(*AT_TWO, day=TODAY)
    assert unknown(chat, number) == {"hepb0", "bcg1"}  # until the question below is answered
    assert states(chat, number)[VISIT] == "done"
    for person in (chat, father):
        assert families.pushed(person) == {CALL: ("cancelled", "done")}
    saved, after, before = chat.said[-3:]
    assert "24/11/2026" in saved.text
    assert "22/12/2026" in saved.text  # dose 2, 28 days later
    assert [b.id for b in after.buttons] == ["danger.open:dg-child"]
    assert [b.id.partition("~")[0] for b in before.buttons] == [
        f"doses.upto:bcg:{number}",
        f"doses.card:-:{number}",
        f"doses.upto:forgotten:{number}",
    ]


@pytest.mark.parametrize(
    ("typed", "day", "fresh"),
    [
        ("hôm nay", TODAY, True),
        ("hôm qua", TODAY - DAY, True),
        ("hom kia", TODAY - 2 * DAY, False),
        ("20/11", date(2026, 11, 20), False),
        ("05/11", date(2026, 11, 5), False),
        ("ngày 20 tháng 9 năm 2026", BORN, False),  # the day of birth
        ("tháng 11", None, False),  # no day is made up
        ("tuần trước", None, False),
    ],
)
def test_the_day_as_people_type_it(
    chat: Conversation, typed: str, day: date | None, fresh: bool
) -> None:
    number = born(chat)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.says(typed)
    if typed == "tuần trước":  # not a day: asked again
        chat.sees("doses/which-day")
        chat.taps("doses.forgot-day")
    chat.sees("doses/saved", *(["doses/after"] if fresh else []), "doses/before")
    assert doses_of(chat, number) == given(*AT_TWO, day=day)


@pytest.mark.parametrize(
    "typed",
    ["abc xyz", "31/02/2026", "25/12/2026", "ngày mai", "19/09/2026", "01/01/2020", "5"],
)
def test_a_day_that_cannot_be_is_asked_for_again(chat: Conversation, typed: str) -> None:
    """Nonsense, the future, before the birth: a kind question, and nothing is kept."""
    number = born(chat)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    first = chat.last
    chat.says(typed)
    chat.sees("doses/which-day")
    assert chat.last != first
    assert told(chat, number) == {}
    chat.taps("doses.on:1")
    assert doses_of(chat, number) == given(*AT_TWO, day=TODAY - DAY)


def test_yesterday_is_no_day_for_a_child_born_today(chat: Conversation) -> None:
    number = born(chat, TODAY)
    chat.taps_exactly(f"doses.given:vx0:{number}")
    chat.taps("doses.on:1")
    chat.sees("doses/which-day")
    assert told(chat, number) == {}
    chat.taps("doses.on:0")
    chat.sees("doses/saved", "doses/after")  # there was nothing before
    assert doses_of(chat, number) == given("hepb0", day=TODAY)


def test_the_dose_of_birth_may_be_told_days_later(chat: Conversation) -> None:
    number = born(chat, TODAY - 4 * DAY)
    chat.taps_exactly(f"doses.given:vx0:{number}")
    chat.says("20/11")
    assert doses_of(chat, number) == given("hepb0", day=TODAY - 4 * DAY)
    assert states(chat, number)["vx0"] == "done"


@pytest.mark.parametrize("answer", ["thôi", "để sau"])
def test_the_question_can_be_left(chat: Conversation, answer: str) -> None:
    number = born(chat)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.says(answer)
    chat.sees("children/cancelled")
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.taps("doses.cancel")
    chat.sees("children/cancelled")
    assert told(chat, number) == {}


def test_other_words_lead_elsewhere(chat: Conversation) -> None:
    number = born(chat)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.says("việc của bé")
    chat.sees("duties/list")
    chat.taps("doses.on:0")  # the question still stands
    assert doses_of(chat, number) == given(*AT_TWO, day=TODAY)


def test_a_day_that_is_not_remembered_is_left_open(chat: Conversation) -> None:
    number = born(chat)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.taps("doses.forgot-day")
    chat.sees("doses/saved", "doses/before")
    assert doses_of(chat, number) == given(*AT_TWO)


@pytest.mark.parametrize(
    ("age", "visit", "doses"),
    [
        (date(2026, 8, 20), "vx3m", AT_THREE),
        (date(2026, 7, 20), "vx4m", ("penta3", "opv3")),
        (date(2026, 6, 20), "vx5m", ("ipv1",)),
        (date(2026, 2, 20), "vx9m", ("meas1", "ipv2")),
        (date(2025, 11, 20), "vx12m", ("je1",)),  # dose 2 comes a week later
        (date(2025, 5, 20), "vx18m", ("dpt4", "mr2")),
        (date(2024, 11, 22), "vx24m", ("je3",)),
    ],
)
def test_every_visit_of_a_child_we_know_nothing_of(
    chat: Conversation, age: date, visit: str, doses: tuple[str, ...]
) -> None:
    """The doses before are taken as given, else those of the visit would not be due."""
    number = born(chat, age)
    chat.taps_exactly(f"doses.given:{visit}:{number}")
    chat.sees("doses/which-day")
    chat.taps("doses.on:0")
    assert chat.seen == ["doses/saved", "doses/after", "doses/before"]
    assert doses_of(chat, number) == given(*doses, day=TODAY)


def test_of_a_known_book_given_means_all_that_is_due(chat: Conversation) -> None:
    number = born(chat, THREE)
    tell(chat, number, *AT_BIRTH, *AT_TWO, day=date(2026, 10, 20))
    tell(chat, number, "bcg1", state=Told.MISSED)
    chat.taps_exactly(f"doses.given:vx3m:{number}")
    chat.taps("doses.on:0")
    chat.sees("doses/saved", "doses/after")  # the earlier ones are known
    assert told(chat, number).items() >= given("bcg1", *AT_THREE, day=TODAY).items()
    chat.taps_exactly(f"doses.given:vx3m:{number}")
    chat.sees("doses/book")  # nothing more is due


def test_what_the_area_offers_is_meant_too(chat: Conversation, commune: Area) -> None:
    number = born(chat)
    known.lives_in(chat, commune, pcv=True)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.taps("doses.on:0")
    assert doses_of(chat, number) == given(*AT_TWO, "pcv1", day=TODAY)


def test_all_given_before_ends_where_this_visit_begins(chat: Conversation) -> None:
    """Five months old, the doses of two months came late: nothing later is made up."""
    number = born(chat, FIVE)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.taps("doses.on:0")
    chat.taps(f"doses.upto:bcg:{number}")
    chat.sees("doses/copied", "doses/book")
    found = {name: record.state for name, record in doses_of(chat, number).items()}
    assert found == dict.fromkeys((*AT_BIRTH, *AT_TWO), Told.DONE) | dict.fromkeys(
        (*AT_THREE, "penta3", "opv3", "ipv1"), Told.MISSED
    )
    assert told(chat, number)["penta1"] == Record(Told.DONE, TODAY)  # with its day
    assert told(chat, number)["hepb0"] == Record(Told.DONE, None, Source.CARD)


# Ill, refused


def test_a_child_that_is_ill_gets_no_ruling_but_help(chat: Conversation) -> None:
    number = born(chat)
    chat.taps_exactly(f"doses.ill:{VISIT}:{number}")
    chat.sees("doses/ill")
    assert chat.buttons == [f"duties.later:{CALL}:{number}", "danger.open:dg-child", "menu.home"]
    assert told(chat, number) == {}
    chat.taps(f"duties.later:{CALL}")
    chat.taps(f"duties.later:{CALL}:{number}:7")
    assert told(chat, number) == {VISIT: Record(Told.PUT_OFF, TODAY + 7 * DAY)}
    assert [row.slot for row in known.rows(chat, CALL)] == [100]


def test_a_refusal_is_respected_and_can_be_taken_back(chat: Conversation, another: Another) -> None:
    number, father = born(chat), another("chat-2")
    families.shares(chat, father, number)
    for person in (chat, father):
        families.queued(person, number, CALL)
    tell(chat, number, "penta1", day=TODAY - DAY)
    chat.taps_exactly(f"doses.refuse:{VISIT}:{number}")
    chat.sees("doses/refused")
    assert states(chat, number) == {"penta1": "done", VISIT: "refused"}
    for person in (chat, father):
        assert families.pushed(person) == {CALL: ("cancelled", "refused")}
    chat.taps(f"duties.undo:{VISIT}")
    chat.sees("duties/undone")
    assert told(chat, number) == given("penta1", day=TODAY - DAY)  # no dose goes with it
    for person in (chat, father):
        assert families.pushed(person) == {CALL: ("pending", None)}


def test_a_visit_marked_by_mistake_takes_its_doses_back(chat: Conversation) -> None:
    number = born(chat)
    tell(chat, number, *AT_BIRTH, day=BORN)
    chat.taps_exactly(f"doses.given:{VISIT}:{number}")
    chat.taps("doses.on:0")
    assert states(chat, number)[VISIT] == "done"
    chat.taps_exactly(f"duties.undo:{VISIT}:{number}")
    assert told(chat, number) == given(*AT_BIRTH, day=BORN)


# Twins


def test_twins_are_vaccinated_together(chat: Conversation) -> None:
    one, other = known.twins(chat)
    chat.says("tiêm rồi")
    chat.sees("doses/which-day")
    chat.taps("doses.on:1")
    chat.sees("doses/saved", "doses/after", "doses/before")
    for said in chat.said[-2:]:
        assert "An và Bình" in said.text.replace("hai bé", "An và Bình")
    assert told(chat, one) == told(chat, other)
    assert doses_of(chat, one) == given(*AT_TWO, day=TODAY - DAY)
    chat.taps(f"doses.upto:bcg:{one}")
    assert states(chat, other)["bcg1"] == "done"
    chat.taps_exactly(f"doses.refuse:vx3m:{other}")
    assert states(chat, one)["vx3m"] == "refused"


# In words


def test_words_for_the_only_child(chat: Conversation) -> None:
    number = born(chat)
    chat.says("đã tiêm")
    chat.sees("doses/which-day")
    chat.says("hôm qua")
    assert doses_of(chat, number) == given(*AT_TWO, day=TODAY - DAY)
    chat.taps(f"doses.upto:bcg:{number}")
    chat.says("da tiem")
    chat.sees("doses/book")  # nothing is due


def test_words_where_there_are_several_children(chat: Conversation) -> None:
    one, other = born(chat, nickname="An"), born(chat, THREE, nickname="Bình")
    chat.says("đã tiêm")
    chat.sees("doses/which")
    assert chat.buttons == [f"doses.given:-:{one}", f"doses.given:-:{other}", "menu.home"]
    chat.taps(f"doses.given:-:{other}")
    chat.taps("doses.on:0")
    assert doses_of(chat, other) == given(*AT_THREE, day=TODAY)
    assert told(chat, one) == {}
    chat.says("sổ tiêm")
    chat.sees("doses/which")
    assert chat.buttons == [f"doses.open:{one}", f"doses.open:{other}", "menu.home"]


@pytest.mark.parametrize("typed", ["đã tiêm", "sổ tiêm"])
def test_words_before_the_birth(chat: Conversation, typed: str) -> None:
    families.expects(chat)
    chat.says(typed)
    chat.sees("doses/not-born")


def test_an_expected_sibling_is_not_in_the_way(chat: Conversation) -> None:
    number = born(chat)
    families.expects(chat)
    chat.says("sổ tiêm")
    chat.sees("doses/book")
    chat.says("đã tiêm")
    chat.taps("doses.on:0")
    assert doses_of(chat, number) == given(*AT_TWO, day=TODAY)


# Ids in buttons are never believed


@pytest.mark.parametrize(
    "button",
    [
        "doses.given:vx2m:{theirs}",
        "doses.given:vx2m:{expected}",
        "doses.given:vx2m",
        "doses.given",
        "doses.on:0",
        "doses.on",
        "doses.forgot-day",
        "doses.card:-:{theirs}",
        "doses.card",
        "doses.upto:nope:{mine}",
        "doses.upto:residence:{mine}",
        "doses.upto:all:{mine}",
        "doses.upto::{mine}",
        "doses.upto:none:{theirs}",
        "doses.upto:vx2m:{expected}",
        "doses.upto",
        "doses.visits:-:{theirs}",
        "doses.visits",
        "doses.pick:nope:{mine}:penta1",
        "doses.pick:residence:{mine}:penta1",
        "doses.pick:vx2m:{theirs}:penta1",
        "doses.pick",
        "doses.ill:vx2m:{theirs}",
        "doses.ill",
        "doses.refuse:nope:{mine}",
        "doses.refuse:birth_registered:{mine}",
        "doses.refuse:vx2m:{theirs}",
        "doses.refuse",
    ],
)
def test_wrong_ids_change_nothing(chat: Conversation, another: Another, button: str) -> None:
    mine, expected, stranger = born(chat), families.expects(chat), another("chat-2")
    theirs = born(stranger)
    for person, number in ((chat, mine), (stranger, theirs)):
        tell(person, number, *AT_BIRTH, day=BORN)
    chat.taps_exactly(button.format(mine=mine, theirs=theirs, expected=expected))
    chat.sees("papers/unknown")
    assert told(chat, expected) == {}
    for person, number in ((chat, mine), (stranger, theirs)):
        assert told(person, number) == given(*AT_BIRTH, day=BORN)
