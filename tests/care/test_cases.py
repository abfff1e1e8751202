"""How a case stands, what must be done by when, and when it is late. Days are of November 2026."""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.cases import (
    Case,
    State,
    Status,
    Task,
    Waits,
    late,
    office_time_after,
    state_of,
    status_of,
    tasks,
    working_days_after,
)
from care.clock import at_local
from care.talking import USUAL, minutes_within
from tests.care.a_case import NOW, a_case

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
USUAL_WAITS = Waits()
STEPS = {
    State.TAKEN: "taken_at",
    State.ASSESSED: "assessed_at",
    State.PLANNED: "planned_at",
    State.SUPPORTED: "supported_at",
    State.REFERRED: "referred_at",
}


def at(day: int, hour: float) -> datetime:
    return at_local((NOW + (day - 24) * DAY).date(), int(hour * 60))


def test_a_new_case_is_new() -> None:
    assert state_of(a_case()) is State.NEW


def test_the_state_is_what_was_done_last_in_whatever_order() -> None:
    for order in itertools.permutations(STEPS):
        done: dict[str, datetime] = {}
        for hours, state in enumerate(order, 1):
            done[STEPS[state]] = NOW + hours * HOUR
            assert state_of(a_case(**done)) is state


def test_what_was_done_at_the_same_moment_counts_by_the_order_of_the_work() -> None:
    assert state_of(a_case(taken_at=NOW, planned_at=NOW, assessed_at=NOW)) is State.PLANNED


def test_a_closed_case_is_closed_whatever_was_done() -> None:
    assert state_of(a_case(taken_at=NOW + DAY, closed_at=NOW)) is State.CLOSED


def test_a_reopened_case_forgets_what_was_done_before_that() -> None:
    again = {"taken_at": NOW, "planned_at": NOW + HOUR, "reopened_at": NOW + DAY}
    assert state_of(a_case(**again)) is State.REOPENED
    assert state_of(a_case(**again, supported_at=NOW + DAY)) is State.REOPENED
    assert state_of(a_case(**again, supported_at=NOW + DAY + MINUTE)) is State.SUPPORTED


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, Status.RECEIVED),
        ({"seen_at": NOW}, Status.LOOKED_AT),
        ({"seen_at": NOW, "officer_id": 7}, Status.IN_CHARGE),
        ({"seen_at": NOW, "officer_id": 7, "closed_at": NOW}, Status.DONE),
        ({"seen_at": NOW, "officer_id": 7, "assessed_at": NOW, "danger": "high"}, Status.IN_CHARGE),
    ],
)
def test_whoever_reported_sees_four_words(values: dict[str, object], status: Status) -> None:
    assert status_of(a_case(**values)) is status


def by(case: Case, task: Task) -> datetime:
    return next(due.by for due in tasks(case, USUAL, USUAL_WAITS) if due.task is task)


def test_the_law_gives_twelve_hours_and_five_working_days() -> None:
    friday = a_case(reported_at=at(27, 22), waiting_since=at(27, 22))
    assert by(friday, Task.ASSESS) == at(28, 10)  # also at night and on Saturday
    assert by(friday, Task.PLAN) == at(34, 22)  # Friday of the next week
    assert by(a_case(reported_at=at(28, 9)), Task.PLAN) == at(34, 9)  # from a Saturday on


@pytest.mark.parametrize(
    ("came", "opened_by"),
    [
        (at(24, 7.5), at(24, 11.5)),  # Tuesday, as the office opens
        (at(24, 9), at(24, 15)),  # the noon break does not count
        (at(24, 15), at(25, 9.5)),  # nor the night
        (at(24, 23), at(25, 11.5)),
        (at(27, 16), at(30, 10.5)),  # nor the weekend
        (at(28, 9), at(30, 11.5)),
    ],
)
def test_a_calm_case_waits_four_hours_of_office(came: datetime, opened_by: datetime) -> None:
    case = a_case(reported_at=came, waiting_since=came)
    assert by(case, Task.OPEN) == opened_by
    assert not late(case, USUAL, USUAL_WAITS, opened_by - MINUTE)
    assert late(case, USUAL, USUAL_WAITS, opened_by)


@pytest.mark.parametrize(("came", "minutes"), [(at(24, 9), 20), (at(24, 23), 45), (at(28, 9), 45)])
def test_an_urgent_case_waits_minutes_day_and_night(came: datetime, minutes: int) -> None:
    case = a_case(urgent=True, reported_at=came, waiting_since=came)
    waits = Waits(urgent=20, urgent_at_night=45)
    assert not late(case, USUAL, waits, came + (minutes - 1) * MINUTE)
    assert late(case, USUAL, waits, came + minutes * MINUTE)
    due = next(d for d in tasks(case, USUAL, waits) if d.task is Task.OPEN)
    assert due.by == came + minutes * MINUTE


def test_one_of_many_of_one_sender_waits_like_a_calm_one() -> None:
    case = a_case(urgent=True, pile=True)
    assert not late(case, USUAL, USUAL_WAITS, NOW + 2 * HOUR)
    assert late(case, USUAL, USUAL_WAITS, at(24, 15))


def test_a_call_begins_the_wait_anew_and_an_opened_case_is_never_late() -> None:
    called = a_case(urgent=True, called_at=NOW + HOUR)
    assert not late(called, USUAL, USUAL_WAITS, NOW + HOUR + 29 * MINUTE)
    assert late(called, USUAL, USUAL_WAITS, NOW + HOUR + 30 * MINUTE)
    assert not late(a_case(urgent=True, waiting_since=None), USUAL, USUAL_WAITS, NOW + 9 * DAY)
    closed = a_case(urgent=True, closed_at=NOW)
    assert not late(closed, USUAL, USUAL_WAITS, NOW + 9 * DAY)


def test_an_addition_after_the_call_waits_from_then_on() -> None:
    case = a_case(urgent=True, called_at=NOW, waiting_since=NOW + DAY)
    assert not late(case, USUAL, USUAL_WAITS, NOW + DAY + 29 * MINUTE)


def test_what_is_done_in_time_is_not_overdue_and_what_is_not_is() -> None:
    case = a_case(seen_at=NOW + MINUTE, assessed_at=NOW + HOUR)
    due = {d.task: d for d in tasks(case, USUAL, USUAL_WAITS)}
    assert set(due) == {Task.OPEN, Task.ASSESS, Task.PLAN}
    assert not due[Task.ASSESS].overdue(NOW + 9 * DAY)
    assert not due[Task.PLAN].overdue(NOW + 7 * DAY)
    assert due[Task.PLAN].overdue(NOW + 7 * DAY + MINUTE)


def test_a_reopened_case_is_assessed_and_planned_anew() -> None:
    again = NOW + 20 * DAY
    case = a_case(assessed_at=NOW, planned_at=NOW, reopened_at=again)
    due = {d.task: d for d in tasks(case, USUAL, USUAL_WAITS)}
    assert (due[Task.ASSESS].by, due[Task.ASSESS].done_at) == (again + 12 * HOUR, None)
    assert due[Task.PLAN].done_at is None


def test_an_end_that_was_asked_for_is_a_task_until_it_is_agreed_to() -> None:
    case = a_case(close_asked_at=NOW, close_asked_by=7)
    assert by(case, Task.CLOSE) == NOW + 7 * DAY
    done = a_case(close_asked_at=NOW, close_asked_by=7, closed_at=NOW + HOUR)
    assert [d.task for d in tasks(done, USUAL, USUAL_WAITS)] == [Task.CLOSE]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - made local below
    st.integers(1, 2400),
)
def test_office_time_counted_forwards_and_backwards_agrees(naive: datetime, minutes: int) -> None:
    start = naive.replace(microsecond=0, second=0, tzinfo=NOW.tzinfo)
    end = office_time_after(USUAL, start, minutes)
    assert minutes_within(USUAL, start, end) == minutes
    assert minutes_within(USUAL, start, end - MINUTE) == minutes - 1


@pytest.mark.parametrize(
    ("start", "end"), [(at(24, 9), at(31, 9)), (at(27, 23), at(34, 23)), (at(29, 1), at(34, 1))]
)
def test_five_working_days_later(start: datetime, end: datetime) -> None:
    assert working_days_after(start, 5) == end
