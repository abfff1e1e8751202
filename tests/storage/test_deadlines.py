"""Days of the year by which a unit hands something in: the usual ones, then its own."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from storage import deadlines
from storage.deadlines import BadDeadline
from tests.storage.families import DAY
from tests.storage.test_tasks import plant

USUAL = [(4, 15), (7, 20), (11, 15), (12, 10), (12, 15)]
TODAY = date(2026, 11, 24)


@pytest.fixture
def ids(conn: Connection) -> dict[str, int]:
    return plant(conn)


@pytest.fixture
def area(ids: dict[str, int]) -> int:
    return ids["20"]


def days(conn: Connection, area: int) -> list[tuple[int, int]]:
    return [(one.month, one.day) for one in deadlines.of_area(conn, area)]


def ref(conn: Connection, area: int, month: int, day: int) -> str:
    found = deadlines.of_area(conn, area)
    return next(one.ref for one in found if (one.month, one.day) == (month, day))


def coming(conn: Connection, area: int, today: date = TODAY) -> list[date]:
    return [day for day, _ in deadlines.coming(conn, area, today)]


def test_a_unit_has_the_usual_deadlines(conn: Connection, area: int) -> None:
    assert days(conn, area) == USUAL
    assert all(one.title and one.done_for is None for one in deadlines.usual())


def test_what_is_missed_or_near_is_coming(conn: Connection, area: int) -> None:
    assert coming(conn, area) == [date(2026, 11, 15), date(2026, 12, 10), date(2026, 12, 15)]
    assert coming(conn, area, date(2027, 1, 10)) == [date(2026, 12, 10), date(2026, 12, 15)]
    assert coming(conn, area, date(2026, 9, 1)) == []


def test_done_is_for_one_year_and_one_unit(conn: Connection, ids: dict[str, int]) -> None:
    here, there = ids["20"], ids["01"]
    assert deadlines.mark(conn, here, ref(conn, here, 11, 15), 2026, done=True)
    assert date(2026, 11, 15) not in coming(conn, here)
    assert date(2026, 11, 15) in coming(conn, there)
    assert date(2027, 11, 15) in coming(conn, here, TODAY.replace(year=2027))
    assert deadlines.mark(conn, here, ref(conn, here, 11, 15), 2026, done=False)
    assert date(2026, 11, 15) in coming(conn, here)


def test_the_first_change_makes_the_usual_ones_the_units_own(
    conn: Connection, ids: dict[str, int]
) -> None:
    here, there = ids["20"], ids["01"]
    old = ref(conn, here, 4, 15)
    assert deadlines.change(conn, here, old, " Kế hoạch năm ", 3, 31)
    assert days(conn, here) == [(3, 31), *USUAL[1:]]
    assert days(conn, there) == USUAL
    assert deadlines.of_area(conn, here)[0].title == "Kế hoạch năm"


def test_an_old_page_still_names_what_it_showed(conn: Connection, area: int) -> None:
    first, second = ref(conn, area, 4, 15), ref(conn, area, 7, 20)
    assert deadlines.mark(conn, area, first, 2026, done=True)
    assert deadlines.mark(conn, area, second, 2026, done=True)  # no longer a usual one
    assert [one.done(2026) for one in deadlines.of_area(conn, area)] == [True, True] + 3 * [False]


def test_deadlines_are_added_and_taken_away(conn: Connection, area: int) -> None:
    deadlines.add(conn, area, "Diễn đàn trẻ em", 8, 30)
    assert days(conn, area) == [*USUAL[:2], (8, 30), *USUAL[2:]]
    assert deadlines.remove(conn, area, ref(conn, area, 8, 30))
    assert deadlines.remove(conn, area, ref(conn, area, 12, 15))
    assert days(conn, area) == USUAL[:-1]


@pytest.mark.parametrize(
    ("title", "month", "day", "why"),
    [
        ("", 4, 15, "title"),
        ("   ", 4, 15, "title"),
        ("x" * 161, 4, 15, "title"),
        ("Báo cáo", 2, 29, "day"),
        ("Báo cáo", 4, 31, "day"),
        ("Báo cáo", 13, 1, "day"),
        ("Báo cáo", 0, 0, "day"),
    ],
)
def test_what_cannot_be_is_refused(
    conn: Connection, area: int, title: str, month: int, day: int, why: str
) -> None:
    with pytest.raises(BadDeadline, match=why):
        deadlines.add(conn, area, title, month, day)
    with pytest.raises(BadDeadline, match=why):
        deadlines.change(conn, area, "u0", title, month, day)
    assert days(conn, area) == USUAL


@pytest.mark.parametrize("wrong", ["", "u9", "-1", "x", "99999999", "9" * 40])
def test_what_is_not_the_units_own_is_left_alone(
    conn: Connection, ids: dict[str, int], wrong: str
) -> None:
    here = ids["20"]
    deadlines.add(conn, ids["01"], "Việc của nơi khác", 8, 30)
    theirs = ref(conn, ids["01"], 8, 30)
    for named in (wrong, theirs):
        assert not deadlines.mark(conn, here, named, 2026, done=True)
        assert not deadlines.change(conn, here, named, "Việc", 1, 1)
        assert not deadlines.remove(conn, here, named)
    assert (8, 30) in days(conn, ids["01"])
    assert not any(one.done_for for one in deadlines.of_area(conn, ids["01"]))
    assert days(conn, here) == USUAL
    assert coming(conn, here, TODAY + DAY)
