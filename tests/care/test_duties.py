"""Where a child stands with a duty on any day, with days worked out by hand."""

from dataclasses import replace
from datetime import date

import pytest

from care.age import Offset
from care.duties import Duty, Record, Source, Standing, State, Told, window
from care.local import Local
from care.people import Child, ChildState
from care.yearly import HEALTH_CARD_END, YearDay
from content.library import Library
from tests.care.families import born, expected
from tests.care.standings import BORN, DAY, DUE, PAPER, on, own

LEAP, AUGUST, SEPTEMBER, OCTOBER, DECEMBER = (
    date(2020, 2, 29), date(2020, 8, 31), date(2020, 9, 30), date(2020, 10, 1), date(2020, 12, 31),
)  # fmt: skip


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (9, State.NOT_YET),
        (10, State.OPEN),
        (60, State.OPEN),
        (61, State.OVERDUE),
        (90, State.OVERDUE),
        (91, State.CLOSED),
    ],
)
def test_the_calendar_decides_while_nothing_is_told(age: int, state: State) -> None:
    found = on(BORN + age * DAY)
    assert found == Standing(state, BORN + 10 * DAY, BORN + 60 * DAY, BORN + 90 * DAY)


def test_without_a_last_day_it_stays_overdue() -> None:
    assert on(BORN + 3_000 * DAY, replace(PAPER, closes=None)).state is State.OVERDUE


@pytest.mark.parametrize("age", [0, 30, 70, 2_000])
@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize(
    ("said", "state"),
    [
        (Told.DONE, State.DONE),
        (Told.NOT_APPLICABLE, State.NOT_APPLICABLE),
        (Told.REFUSED, State.REFUSED),
    ],
)
def test_an_answer_wins_over_the_dates(said: Told, state: State, source: Source, age: int) -> None:
    told = {"paper": Record(said, BORN, source)}
    assert on(BORN + age * DAY, told=told) == Standing(state)


@pytest.mark.parametrize("said", [Told.MISSED, Told.UNKNOWN])
@pytest.mark.parametrize("age", [5, 30, 70, 100])
def test_not_done_and_not_remembered_leave_it_to_the_calendar(said: Told, age: int) -> None:
    day = BORN + age * DAY
    assert on(day, told=own(said)) == on(day)


def test_what_is_told_of_another_duty_changes_nothing() -> None:
    day = BORN + 30 * DAY
    assert on(day, told=own(Told.DONE, BORN, "other")) == on(day)


@pytest.mark.parametrize(
    ("age", "state"), [(5, State.NOT_YET), (30, State.OPEN), (70, State.OVERDUE)]
)
def test_what_is_put_off_stays_open_and_says_until_when(age: int, state: State) -> None:
    until = BORN + 80 * DAY
    found = on(BORN + age * DAY, told=own(Told.PUT_OFF, until))
    assert (found.state, found.until) == (state, until)
    assert on(BORN + age * DAY).until is None


# Whom it is for


@pytest.mark.parametrize(
    "child",
    [
        expected(DUE),
        replace(born(BORN), state=ChildState.LOST),
        replace(born(BORN), state=ChildState.GONE),
        replace(born(BORN), born_on=None),
    ],
)
def test_a_duty_of_a_child_is_for_born_children(child: Child) -> None:
    assert on(BORN + 30 * DAY, child=child) == Standing(State.NOT_APPLICABLE)


def test_a_duty_of_the_pregnancy_ends_with_it() -> None:
    visit = Duty("anc", "pregnancy", Offset(days=70), Offset(days=84), pregnancy=True)
    day = date(2026, 8, 3)  # day 70
    assert on(day, visit, child=expected(DUE)).state is State.OPEN
    assert on(day, visit, child=born(BORN)).state is State.NOT_APPLICABLE
    assert on(day, visit, child=replace(expected(DUE), due_on=None)).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("weeks", [26, 32, 36, 40])
def test_children_born_early_have_the_days_of_their_real_age(library: Library, weeks: int) -> None:
    for duty in library.duties.values():
        for age in (1, 70, 200, 800, 2_000):
            early, term = born(BORN, weeks), born(BORN)
            day = BORN + age * DAY
            assert on(day, duty, child=early) == on(day, duty, child=term)


# The area and the law


def test_an_area_may_leave_a_duty_out() -> None:
    day = BORN + 30 * DAY
    without = Local(off=frozenset({"paper"}))
    assert on(day, local=without) == Standing(State.NOT_HERE)
    assert on(day, local=Local(off=frozenset({"other"}))).state is State.OPEN
    assert on(day, told=own(Told.DONE), local=without).state is State.DONE


def test_what_only_some_areas_offer_is_not_here_elsewhere() -> None:
    rare = replace(PAPER, only_where="deworming")
    day = BORN + 30 * DAY
    assert on(day, rare).state is State.NOT_HERE
    assert on(day, rare, local=Local(on=frozenset({"pcv"}))).state is State.NOT_HERE
    here = Local(on=frozenset({"deworming"}))
    assert on(day, rare, local=here).state is State.OPEN
    both = replace(here, off=frozenset({"paper"}))
    assert on(day, rare, local=both).state is State.NOT_HERE


@pytest.mark.parametrize(
    ("ages", "state"),
    [
        ((None, None), State.OPEN),
        ((30, 30), State.OPEN),
        ((31, None), State.NO_RULE),
        ((None, 29), State.NO_RULE),
    ],
)
def test_a_rule_counts_while_it_is_in_force(
    ages: tuple[int | None, int | None], state: State
) -> None:
    first, last = (None if age is None else BORN + age * DAY for age in ages)
    law = replace(PAPER, valid_from=first, valid_to=last)
    found = on(BORN + 30 * DAY, law)
    assert (found.state, found.opens) == (state, BORN + 10 * DAY)
    assert on(BORN + 30 * DAY, law, own(Told.DONE)).state is State.DONE


@pytest.mark.parametrize(
    ("birth", "year"),
    [
        (LEAP, 2026),
        (AUGUST, 2026),
        (SEPTEMBER, 2026),
        (OCTOBER, 2026),
        (DECEMBER, 2026),
        (date(2021, 1, 1), 2027),
    ],
)
def test_school_begins_in_the_year_of_six(library: Library, birth: date, year: int) -> None:
    school, card = library.duties["grade1_enrolled"], library.duties["school_insurance"]
    days = date(year, 4, 15), date(year, 7, 31), date(year, 9, 15)
    assert window(school, born(birth)) == days
    first = date(year, 9, 1)
    assert window(card, born(birth)) == (first, date(year, 10, 16), first + 215 * DAY)
    assert on(days[0] - DAY, school, child=born(birth)).state is State.NOT_YET
    assert on(days[0], school, child=born(birth)).state is State.OPEN
    assert on(days[1] + DAY, school, child=born(birth)).state is State.OVERDUE
    assert on(days[2] + DAY, school, child=born(birth)).state is State.CLOSED


def test_an_area_sets_its_own_days_of_enrolment(library: Library) -> None:
    school, child = library.duties["grade1_enrolled"], born(DECEMBER)
    june = Local(windows={"grade1_enrolled": (YearDay(6, 1, 0), YearDay(6, 20, 0))})
    last = date(2026, 6, 20)
    assert window(school, child, june) == (date(2026, 6, 1), last, last)
    states = [on(date(2026, 6, day), school, child=child, local=june).state for day in (1, 20, 21)]
    assert states == [State.OPEN, State.OPEN, State.CLOSED]
    assert on(date(2026, 5, 31), school, child=child, local=june).state is State.NOT_YET
    other = Local(windows={"preschool_enrolled": june.windows["grade1_enrolled"]})
    assert window(school, child, other) == window(school, child)


# The same age in months, and the days of the calendar


@pytest.mark.parametrize(
    ("birth", "two_months", "five_months", "seven_years"),
    [
        (LEAP, date(2020, 4, 29), date(2020, 7, 29), date(2027, 2, 28)),
        (AUGUST, date(2020, 10, 31), date(2021, 1, 31), date(2027, 8, 31)),
        (SEPTEMBER, date(2020, 11, 30), date(2021, 2, 28), date(2027, 9, 30)),
        (OCTOBER, date(2020, 12, 1), date(2021, 3, 1), date(2027, 10, 1)),
        (DECEMBER, date(2021, 2, 28), date(2021, 5, 31), date(2027, 12, 31)),
    ],
)
def test_months_are_full_on_the_day_or_the_last_of_the_month(
    library: Library, birth: date, two_months: date, five_months: date, seven_years: date
) -> None:
    days = {"vx2m": two_months, "vx5m": five_months, "td7": seven_years}
    for id_, opens in days.items():
        duty, child = library.duties[id_], born(birth)
        assert on(opens - DAY, duty, child=child).state is State.NOT_YET
        assert on(opens, duty, child=child).state is State.OPEN


@pytest.mark.parametrize(
    ("birth", "ends"),
    [
        (LEAP, date(2026, 9, 30)),
        (AUGUST, date(2026, 9, 30)),
        (SEPTEMBER, date(2026, 9, 30)),
        (OCTOBER, date(2026, 10, 31)),
        (DECEMBER, date(2026, 12, 31)),
        (date(2020, 11, 30), date(2026, 11, 30)),
    ],
)
def test_the_card_of_a_small_child_ends(birth: date, ends: date) -> None:
    assert HEALTH_CARD_END.of(birth) == ends
    first, last = HEALTH_CARD_END.births(ends, ends) or (ends, ends)
    assert first <= birth <= last


# One after the other


def test_what_comes_first_must_be_done_first(library: Library) -> None:
    card = library.duties["health_card"]
    day = BORN + 20 * DAY
    found = on(day, card)
    assert (found.state, found.after) == (State.WAITS, "birth_registered")
    for said in set(Told) - {Told.DONE}:
        assert on(day, card, own(said, BORN, "birth_registered")).state is State.WAITS
    told = own(Told.DONE, BORN + 15 * DAY, "birth_registered")
    assert on(day, card, told) == Standing(
        State.OPEN, BORN + 15 * DAY, BORN + 30 * DAY, date(2032, 8, 31)
    )
    late = own(Told.DONE, BORN + 50 * DAY, "birth_registered")
    assert on(BORN + 50 * DAY, card, late).due == BORN + 50 * DAY
    assert on(day, card, own(Told.DONE, None, "birth_registered")).state is State.OPEN
    assert on(date(2032, 9, 1), card).state is State.CLOSED  # also while it waits


def test_the_card_lasts_six_years_also_for_the_29th_of_february(library: Library) -> None:
    card, child = library.duties["health_card"], born(LEAP)
    told = own(Told.DONE, LEAP, "birth_registered")
    assert on(date(2026, 2, 28), card, told, child).state is State.OVERDUE
    assert on(date(2026, 3, 1), card, told, child).state is State.CLOSED


def test_tetanus_2_comes_four_weeks_after_tetanus_1(library: Library) -> None:
    duty, mother = library.duties["tetanus_pregnancy2"], expected(DUE)
    opens, due, closes = date(2026, 8, 3), date(2027, 1, 18), date(2027, 2, 1)  # W10, W34, W36

    def at(day: date, first: Record | None = None) -> Standing:
        told = {} if first is None else {"tetanus_pregnancy": first}
        return on(day, duty, told, mother)

    one = "tetanus_pregnancy"
    assert at(opens - DAY) == Standing(State.NOT_YET, opens, due, closes, None, one)
    assert at(opens) == Standing(State.WAITS, opens, due, closes, None, one)
    given = Record(Told.DONE, date(2026, 10, 10))
    moved = date(2026, 11, 7)
    waits = Standing(State.NOT_YET, moved, due, closes, None, one)
    assert at(date(2026, 10, 10), given) == at(moved - DAY, given) == waits
    assert at(moved, given) == Standing(State.OPEN, moved, due, closes)
    assert at(due + DAY, given).state is State.OVERDUE
    assert at(closes + DAY, given).state is State.CLOSED
    assert at(opens, Record(Told.DONE)).state is State.OPEN  # nobody knows since when


def test_tetanus_1_too_late_leaves_no_time_for_tetanus_2(library: Library) -> None:
    duty, mother = library.duties["tetanus_pregnancy2"], expected(DUE)
    in_time, late = date(2027, 1, 4), date(2027, 1, 5)  # 28 days before W36, and 27
    last = on(in_time, duty, own(Told.DONE, in_time, "tetanus_pregnancy"), mother)
    assert (last.state, last.opens, last.due) == (State.NOT_YET, last.closes, last.closes)
    closed = on(late, duty, own(Told.DONE, late, "tetanus_pregnancy"), mother)
    assert closed.state is State.CLOSED


def test_of_several_the_last_one_counts() -> None:
    both = replace(PAPER, after=("a", "b"), gap=7)
    told = {"a": Record(Told.DONE, BORN + 20 * DAY), "b": Record(Told.DONE, BORN + 25 * DAY)}
    found = on(BORN + 29 * DAY, both, told)
    assert (found.state, found.opens, found.after) == (State.NOT_YET, BORN + 32 * DAY, "b")
    assert on(BORN + 32 * DAY, both, told).state is State.OPEN
    assert on(BORN + 40 * DAY, both, {"a": told["a"]}).after == "b"


# All together


@pytest.mark.parametrize("birth", [LEAP, AUGUST, SEPTEMBER, OCTOBER, DECEMBER])
def test_every_duty_goes_its_way_in_order(library: Library, birth: date) -> None:
    """Over a whole childhood: never back, but for what comes again in rounds."""
    order = [State.NOT_APPLICABLE, State.NOT_HERE, State.NOT_YET, State.WAITS, State.OPEN,
             State.OVERDUE, State.CLOSED]  # fmt: skip
    for duty in library.duties.values():
        if duty.rounds:
            continue
        states = [on(birth + n * DAY, duty, child=born(birth)).state for n in range(0, 2_930, 3)]
        ranks = [order.index(state) for state in states]
        assert ranks == sorted(ranks), duty.id
