"""Which list fits a child, what follows from the answers, and how the answers are typed."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from care.age import add_months
from care.milestones import (
    AGAIN,
    AT_ONCE,
    Answers,
    Checklist,
    Outcome,
    Seen,
    checklists,
    fitting,
    goes_now,
    outcome,
)
from care.parsing import parse_seen
from care.people import Child
from care.programme import Basis, openings
from content.library import Library
from tests.care.families import born, expected, item

BORN = date(2025, 3, 12)
DAY = timedelta(days=1)
LISTS = openings(
    item(id_, at, expires, basis=basis)
    for id_, at, expires, basis in (
        ("ms-02m", "P2M", "P90D", Basis.CORRECTED),
        ("ms-18m", "P18M", "P578D", Basis.CORRECTED),
        ("ms-24m", "P24M", "P760D", Basis.CHRONOLOGICAL),
        ("ms-60m", "P60M", "P1886D", Basis.CHRONOLOGICAL),
        ("tip-a", "P2M", "P800D", Basis.CHRONOLOGICAL),
    )
)
NINE = Checklist("ms-09m", date(2025, 12, 12), date(2026, 3, 12))
TODAY = date(2025, 12, 20)
SEEN, NOT_YET, UNSURE = Seen.SEEN, Seen.NOT_YET, Seen.UNSURE


def on(child: Child, day: date) -> str | None:
    found = fitting(LISTS, child, day)
    return found.id if found else None


def answered(*seen: Seen, lost: bool = False, worried: bool = False) -> Answers:
    return Answers({f"social{n}": one for n, one in enumerate(seen, 1)}, lost, worried)


def test_a_list_fits_from_its_age_until_the_next_begins() -> None:
    child = born(BORN)
    two_months, two_years = date(2025, 5, 12), date(2027, 3, 12)
    assert on(child, two_months - DAY) is None
    assert on(child, two_months) == "ms-02m"
    assert on(child, two_months + 200 * DAY) == "ms-02m"  # long after it may be pushed
    assert on(child, date(2026, 9, 11)) == "ms-02m"
    assert on(child, date(2026, 9, 12)) == "ms-18m"
    assert on(child, two_years - DAY) == "ms-18m"
    assert on(child, two_years) == "ms-24m"


def test_the_last_list_ends_at_eight_years() -> None:
    child = born(BORN)
    assert on(child, date(2033, 3, 11)) == "ms-60m"
    assert on(child, date(2033, 3, 12)) is None


def test_a_preterm_child_is_seen_by_its_corrected_age_until_two_years() -> None:
    early = born(BORN, weeks=30)
    corrected = BORN + timedelta(weeks=10)
    assert on(early, add_months(corrected, 2) - DAY) is None
    assert on(early, add_months(corrected, 2)) == "ms-02m"
    assert on(early, add_months(corrected, 18)) == "ms-18m"
    assert on(early, add_months(BORN, 24) - DAY) == "ms-18m"
    assert on(early, add_months(BORN, 24)) == "ms-24m"


def test_nobody_unborn_has_a_list() -> None:
    assert checklists(LISTS, expected(BORN)) == []
    assert fitting(LISTS, expected(BORN), BORN + 900 * DAY) is None


@pytest.mark.parametrize("weeks", [None, *range(22, 37)])
def test_no_day_is_without_a_list_and_none_has_two(library: Library, weeks: int | None) -> None:
    every = checklists(library.openings, born(BORN, weeks))
    assert [one.id for one in every] == sorted(library.skills)
    for one, following in pairwise(every):
        assert one.first < one.until == following.first


def test_all_seen_is_thanked_for_and_done() -> None:
    assert outcome(NINE, answered(SEEN, SEEN, SEEN), TODAY) == Outcome(("seen",))


@pytest.mark.parametrize("other", [NOT_YET, UNSURE])
def test_what_is_open_is_looked_at_again_after_two_weeks(other: Seen) -> None:
    found = outcome(NINE, answered(SEEN, other, SEEN), TODAY)
    assert found == Outcome(("not-yet",), TODAY + AGAIN)


def test_nothing_is_looked_at_again_when_the_next_list_comes_first() -> None:
    answers = answered(NOT_YET)
    last = NINE.until - AGAIN - DAY
    assert outcome(NINE, answers, last).again_on == NINE.until - DAY
    assert outcome(NINE, answers, last + DAY) == Outcome(("not-yet",))
    assert outcome(NINE, answers, NINE.until + 40 * DAY) == Outcome(("not-yet",))


@pytest.mark.parametrize("seen", [(SEEN, SEEN), (SEEN, NOT_YET)])
@pytest.mark.parametrize("why", ["lost", "worried"])
def test_a_lost_skill_or_a_worry_is_a_reason_to_go_now(seen: tuple[Seen, ...], why: str) -> None:
    answers = answered(*seen, **{why: True})
    assert outcome(NINE, answers, TODAY) == Outcome(("go-now",))


def test_a_lost_skill_is_a_reason_before_everything_is_answered() -> None:
    assert goes_now("ms-09m", Answers({}, lost=True))
    assert not goes_now("ms-09m", Answers({"social1": NOT_YET}))
    assert not goes_now("ms-09m", Answers())


def test_no_ear_for_a_sound_and_no_look_at_a_face_cannot_wait() -> None:
    for key in AT_ONCE["ms-02m"]:
        assert goes_now("ms-02m", Answers({key: NOT_YET}))
        assert not goes_now("ms-02m", Answers({key: UNSURE}))
        assert not goes_now("ms-02m", Answers({key: SEEN}))
        assert not goes_now("ms-06m", Answers({key: NOT_YET}))


def test_what_cannot_wait_stands_in_the_lists(library: Library) -> None:
    for checklist, keys in AT_ONCE.items():
        assert keys <= {skill.key for skill in library.skills[checklist]}


def test_what_is_missing_and_what_is_open() -> None:
    answers = answered(SEEN, NOT_YET, UNSURE)
    keys = ["social1", "social2", "social3", "move1"]
    assert answers.missing(keys) == ["move1"]
    assert answers.open(keys) == ["social2", "social3", "move1"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        *((typed, SEEN) for typed in (
            "đã thấy", "da thay", "Đã thấy rồi ạ", "thấy rồi", "rồi", "roi", "có", "co a", "dạ có",
            "bé làm được rồi", "con biết làm lâu rồi", "ừ", "dạ", "ok")),
        *((typed, NOT_YET) for typed in (
            "chưa thấy", "chua thay", "chưa", "chua", "chưa ạ", "dạ chưa", "không", "ko", "k",
            "không thấy", "cháu chưa làm được", "chưa biết", "bé không biết", "be khong biet",
            "em chưa thấy bé làm bao giờ", "bé chưa tự ngồi vững được")),
        *((typed, UNSURE) for typed in (
            "chưa rõ", "chua ro", "không rõ", "khong ro", "không biết", "em không biết", "ko biet",
            "không chắc", "chưa chắc", "không nhớ", "quên rồi", "thỉnh thoảng", "đôi khi",
            "lúc có lúc không", "luc co luc khong")),
        *((typed, None) for typed in (
            "", "bé rơi", "thấy chưa", "để sau", "mai xem", "có phải không", "tin hôm nay", "👍",
            "hôm qua bé đi khám bác sĩ ở huyện rồi về")),
    ],
)  # fmt: skip
def test_what_a_caregiver_saw_is_read(typed: str, answer: Seen | None) -> None:
    assert parse_seen(typed) is answer
