"""Who is due by which date, and never twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Connection

from care.age import Offset
from care.people import CaregiverState, ChildState
from care.programme import Anchor, Basis, Opening
from storage import caregivers, children, decisions, outbox, planning
from tests.storage.families import DAY, TODAY, a_caregiver, a_child, a_push
from tests.storage.openings import a_decision, an_opening


def due_children(conn: Connection, opening: Opening, first: date, last: date) -> set[int]:
    (found,) = planning.due(conn, [opening], first, last)
    return {row.child_id for row in found}


@pytest.fixture
def mother(conn: Connection) -> int:
    return a_caregiver(conn, "mother").caregiver.id


def test_days_after_birth(conn: Connection, mother: int) -> None:
    born = [a_child(conn, mother, TODAY - n * DAY) for n in range(5, 10)]
    opening = an_opening(Offset(days=7))
    assert due_children(conn, opening, TODAY, TODAY) == {born[2]}
    assert due_children(conn, opening, TODAY - DAY, TODAY + DAY) == set(born[1:4])


def test_a_candidate_carries_what_the_planner_needs(conn: Connection, mother: int) -> None:
    caregivers.change(conn, mother, frequency="it", send_minutes=420)
    born_on = TODAY - 7 * DAY
    child_id = a_child(conn, mother, born_on)
    ((row,),) = planning.due(conn, [an_opening(Offset(days=7))], TODAY, TODAY)
    assert (row.caregiver_id, row.child_id, row.anchor, row.born_on) == (
        mother,
        child_id,
        born_on,
        born_on,
    )
    assert (row.since, row.state, row.frequency, row.send_minutes) == (TODAY, "active", "it", 420)
    assert row.route == "telegram:main"
    assert row.address_id is not None


@pytest.mark.parametrize(
    ("months", "day", "born"),
    [
        (1, date(2026, 2, 28), [date(2026, 1, n) for n in (28, 29, 30, 31)]),
        (6, date(2026, 2, 28), [date(2025, 8, n) for n in (28, 29, 30, 31)]),
        (6, date(2024, 2, 29), [date(2023, 8, n) for n in (29, 30, 31)]),
        (1, date(2026, 3, 1), [date(2026, 2, 1)]),
        (12, date(2025, 2, 28), [date(2024, 2, 28), date(2024, 2, 29)]),
        (1, date(2026, 3, 29), []),
        (9, date(2026, 6, 30), [date(2025, 9, 30)]),
    ],
)
def test_months_after_birth_end_with_the_month(
    conn: Connection, mother: int, months: int, day: date, born: list[date]
) -> None:
    around = [day - timedelta(days=months * 30 + n) for n in range(-5, 20)]
    ids = {a_child(conn, mother, birthday): birthday for birthday in around}
    found = due_children(conn, an_opening(Offset(months=months)), day, day)
    assert sorted(ids[child_id] for child_id in found) == born


def test_every_birthday_comes_up_on_exactly_one_day(conn: Connection, mother: int) -> None:
    birthdays = [date(2025, 12, 25) + n * DAY for n in range(75)]
    ids = {a_child(conn, mother, birthday) for birthday in birthdays}
    opening = an_opening(Offset(months=2))
    seen: list[int] = []
    for n in range(90):
        day = date(2026, 2, 20) + n * DAY
        seen += due_children(conn, opening, day, day)
    assert sorted(seen) == sorted(ids)


def test_corrected_age_counts_from_the_corrected_birthday(conn: Connection, mother: int) -> None:
    at_term = a_child(conn, mother, TODAY - 30 * DAY)
    preterm = a_child(conn, mother, TODAY - 30 * DAY - 56 * DAY, gestation_weeks=32)
    by_real = an_opening(Offset(days=30))
    by_corrected = an_opening(Offset(days=30), basis=Basis.CORRECTED)
    assert due_children(conn, by_real, TODAY, TODAY) == {at_term}
    assert due_children(conn, by_corrected, TODAY, TODAY) == {at_term, preterm}


def test_weeks_of_pregnancy_count_from_the_due_date(conn: Connection, mother: int) -> None:
    expected = {
        weeks: children.add(
            conn,
            mother,
            TODAY,
            state=ChildState.EXPECTED,
            due_on=TODAY + timedelta(days=280 - weeks * 7),
        )
        for weeks in (27, 28, 29)
    }
    opening = an_opening(Offset(days=28 * 7), anchor=Anchor.DUE, basis=Basis.GESTATIONAL)
    assert due_children(conn, opening, TODAY, TODAY) == {expected[28]}
    ((row,),) = planning.due(conn, [opening], TODAY, TODAY)
    assert (row.born_on, row.anchor) == (None, TODAY + 84 * DAY)


def test_only_children_in_the_right_state_are_due(conn: Connection, mother: int) -> None:
    opening = an_opening(Offset(days=7))
    for state in (ChildState.LOST, ChildState.GONE, ChildState.EXPECTED):
        a_child(conn, mother, TODAY - 7 * DAY, state=state, due_on=TODAY)
    assert due_children(conn, opening, TODAY, TODAY) == set()


@pytest.mark.parametrize(
    ("state", "reached"), [(s, s in ("active", "paused")) for s in CaregiverState]
)
def test_only_caregivers_who_agreed_are_reached(
    conn: Connection, state: CaregiverState, *, reached: bool
) -> None:
    person = a_caregiver(conn, state=state).caregiver.id
    child_id = a_child(conn, person, TODAY - 7 * DAY)
    decisions.record(conn, [a_decision(child_id, person, name="tip.waiting", retry_on=TODAY)])
    found = due_children(conn, an_opening(Offset(days=7)), TODAY, TODAY)
    assert found == ({child_id} if reached else set())
    assert len(planning.waited(conn, TODAY)) == reached


def test_each_caregiver_of_a_child_is_found(conn: Connection, mother: int) -> None:
    father = a_caregiver(conn, "father").caregiver.id
    child_id = a_child(conn, mother, TODAY - 7 * DAY)
    children.link(conn, child_id, father, TODAY)
    (found,) = planning.due(conn, [an_opening(Offset(days=7))], TODAY, TODAY)
    assert {row.caregiver_id for row in found} == {mother, father}


def test_nobody_is_found_twice(conn: Connection, mother: int) -> None:
    father = a_caregiver(conn, "father").caregiver.id
    one, two, three = (a_child(conn, mother, TODAY - 7 * DAY) for _ in range(3))
    for child_id in (one, two, three):
        children.link(conn, child_id, father, TODAY)
    outbox.add(conn, [a_push(caregiver_id=mother, child_id=one)])
    decisions.record(conn, [a_decision(two, mother, state="skipped", retry_on=None)])
    outbox.add(conn, [a_push(caregiver_id=mother, child_id=three, slot=1)])
    outbox.add(conn, [a_push("tip.other", caregiver_id=mother, child_id=three)])
    (found,) = planning.due(conn, [an_opening(Offset(days=7))], TODAY, TODAY)
    assert {(row.caregiver_id, row.child_id) for row in found} == {
        (mother, three),
        (father, one),
        (father, two),
        (father, three),
    }


def test_answers_come_in_the_order_of_the_openings(conn: Connection, mother: int) -> None:
    old = a_child(conn, mother, TODAY - 30 * DAY)
    young = a_child(conn, mother, TODAY - 7 * DAY)
    wanted = [an_opening(Offset(days=n), f"tip.{n}") for n in (30, 15, 7)]
    found = planning.due(conn, wanted, TODAY, TODAY)
    assert [[row.child_id for row in rows] for rows in found] == [[old], [], [young]]
    no_day = an_opening(Offset(months=1), "tip.month")
    assert planning.due(conn, [no_day], date(2026, 3, 29), date(2026, 3, 29)) == [[]]
    assert planning.due(conn, [], TODAY, TODAY) == []
