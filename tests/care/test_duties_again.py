"""What is due again: every year, or in rounds of the calendar."""

from collections.abc import Mapping
from datetime import date

import pytest

from care.age import Offset
from care.duties import Duty, Record, Standing, State, Told
from care.local import Local
from content.library import Library
from tests.care.families import born, expected
from tests.care.standings import DAY, DUE, on, own

YEARLY = Duty("teeth", "checkups", Offset(months=12), Offset(months=18), renews=365)


def test_what_is_done_every_year_is_due_anew_a_year_later() -> None:
    last = date(2028, 5, 10)  # at 20 months: a year later it is 10/05/2029
    told = own(Told.DONE, last, "teeth")
    again = last + 365 * DAY
    assert on(again - DAY, YEARLY, told) == Standing(State.DONE)
    found = on(again, YEARLY, told)
    assert (found.state, found.opens, found.due) == (State.OPEN, again, date(2029, 6, 14))
    assert on(date(2029, 6, 15), YEARLY, told).state is State.OVERDUE
    assert on(date(2028, 5, 10), YEARLY).opens == date(2027, 8, 31)  # never done: by age


def test_without_its_day_what_is_done_is_not_asked_for_again() -> None:
    assert on(date(2034, 1, 1), YEARLY, own(Told.DONE, None, "teeth")).state is State.DONE


@pytest.mark.parametrize("said", [Told.NOT_APPLICABLE, Told.REFUSED])
def test_a_no_is_not_asked_again_next_year(said: Told) -> None:
    told = own(said, date(2028, 5, 10), "teeth")
    assert on(date(2030, 1, 1), YEARLY, told).state is not State.OPEN


def test_vitamin_a_is_due_in_its_rounds(library: Library) -> None:
    duty, child = library.duties["vitamin_a"], born(date(2026, 3, 15))

    def at(day: date, told: Mapping[str, Record] | None = None) -> Standing:
        return on(day, duty, told, child)

    winter = (date(2026, 12, 1), date(2026, 12, 15), date(2027, 1, 30))
    assert at(date(2026, 6, 1)) == Standing(State.NOT_YET, *winter)  # 2 months old
    assert at(date(2026, 12, 1)) == Standing(State.OPEN, *winter)
    assert at(date(2026, 12, 16)) == Standing(State.OVERDUE, *winter)
    assert at(date(2027, 1, 30)) == Standing(State.OVERDUE, *winter)
    summer = (date(2027, 6, 1), date(2027, 6, 15), date(2027, 7, 31))
    assert at(date(2027, 1, 31)) == Standing(State.NOT_YET, *summer)
    assert at(date(2029, 1, 30)).opens == date(2028, 12, 1)  # the last one, at 32 months
    assert at(date(2029, 1, 31)) == Standing(State.NOT_APPLICABLE)
    told = own(Told.DONE, date(2026, 12, 2), "vitamin_a")
    assert at(date(2027, 3, 31), told) == Standing(State.DONE)
    assert at(date(2027, 4, 1), told) == Standing(State.NOT_YET, *summer)  # 120 days later
    assert on(date(2026, 12, 1), duty, child=expected(DUE)) == Standing(State.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("birth", "first", "last"),
    [
        (date(2024, 2, 29), date(2024, 12, 1), date(2026, 12, 1)),
        (date(2024, 6, 1), date(2024, 12, 1), date(2026, 12, 1)),  # 6 full months to the day
        (date(2024, 6, 2), date(2025, 6, 1), date(2027, 6, 1)),  # 35 full months to the day
        (date(2024, 8, 31), date(2025, 6, 1), date(2027, 6, 1)),
        (date(2024, 9, 30), date(2025, 6, 1), date(2027, 6, 1)),
        (date(2024, 10, 1), date(2025, 6, 1), date(2027, 6, 1)),
        (date(2024, 12, 1), date(2025, 6, 1), date(2027, 6, 1)),  # 36 months on 01/12/2027
        (date(2024, 12, 31), date(2025, 12, 1), date(2027, 12, 1)),
    ],
)
def test_the_rounds_of_a_child_by_its_full_months(
    library: Library, birth: date, first: date, last: date
) -> None:
    days = [birth + n * DAY for n in range(3 * 366 + 60)]
    found = [on(day, library.duties["vitamin_a"], child=born(birth)).opens for day in days]
    rounds = sorted({day for day in found if day is not None})
    assert (rounds[0], rounds[-1]) == (first, last)
    assert found[-1] is None


def test_older_children_have_rounds_where_the_area_says_so(library: Library) -> None:
    duty, child = library.duties["vitamin_a_older"], born(date(2023, 11, 30))
    day = date(2026, 12, 1)  # 36 months
    assert on(day, duty, child=child).state is State.NOT_HERE
    here = Local(on=frozenset({"vitamin_a_59"}))
    assert on(day, duty, child=child, local=here).state is State.OPEN
