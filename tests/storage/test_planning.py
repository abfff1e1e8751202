"""The planner's questions: who is due by which date, never twice, and the book of decisions."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.age import Offset
from care.people import CaregiverState, ChildState
from care.programme import Anchor, Basis, Item, Opening, openings
from storage import caregivers, children, outbox, planning
from storage.tables import decisions
from storage.tables import outbox as outbox_table
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, a_child, a_push


def an_opening(at: Offset, name: str = "tip.one", **values: Any) -> Opening:
    """The only opening of an item that lives two weeks."""
    usual: dict[str, Any] = {
        "kind": "tip",
        "anchor": Anchor.BIRTH,
        "basis": Basis.CHRONOLOGICAL,
        "tier": "core",
        "priority": 3,
    }
    item = Item(id=name, at=at, expires=Offset(at.months, at.days + 14), **{**usual, **values})
    (opening,) = openings([item])
    return opening


def due_children(conn: Connection, opening: Opening, first: date, last: date) -> set[int]:
    (found,) = planning.due(conn, [opening], first, last)
    return {row.child_id for row in found}


@pytest.fixture
def mother(conn: Connection) -> int:
    return a_caregiver(conn, "mother").caregiver.id


def a_decision(child_id: int, caregiver_id: int, **values: Any) -> dict[str, Any]:
    opening = an_opening(Offset(days=7), values.pop("name", "tip.one"))
    usual: dict[str, Any] = {
        "opened_on": TODAY,
        "expires_on": TODAY + 14 * DAY,
        "state": planning.WAITING,
        "reason": "budget",
        "decided_on": TODAY,
        "retry_on": TODAY + DAY,
    }
    return planning.decision(opening, child_id, caregiver_id, **{**usual, **values})


def book(conn: Connection) -> list[tuple[str, int, str, str]]:
    rows = conn.execute(select(decisions).order_by(decisions.c.message, decisions.c.child_id))
    return [(r.message, r.child_id, r.state, r.reason) for r in rows]


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
    planning.record(conn, [a_decision(child_id, person, name="tip.waiting", retry_on=TODAY)])
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
    planning.record(conn, [a_decision(two, mother, state="skipped", retry_on=None)])
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


def test_what_waits_comes_back_on_its_day(conn: Connection, mother: int) -> None:
    child_id = a_child(conn, mother, TODAY - 7 * DAY)
    planning.record(
        conn,
        [
            a_decision(child_id, mother, name="tip.later", retry_on=TODAY + DAY),
            a_decision(child_id, mother, name="tip.now", retry_on=TODAY),
            a_decision(child_id, mother, name="tip.never", state="expired", retry_on=None),
        ],
    )
    (row,) = planning.waited(conn, TODAY)
    assert (row.message, row.slot, row.child_id, row.caregiver_id) == (
        "tip.now",
        0,
        child_id,
        mother,
    )
    assert (row.opened_on, row.expires_on) == (TODAY, TODAY + 14 * DAY)
    assert (row.born_on, row.state) == (TODAY - 7 * DAY, "active")
    assert {r.message for r in planning.waited(conn, TODAY + DAY)} == {"tip.later", "tip.now"}


def test_recent_pushes_are_those_that_may_arrive(conn: Connection, mother: int) -> None:
    for n, state in enumerate(
        ("pending", "sending", "sent", "unknown", "failed", "cancelled", "expired")
    ):
        row = a_push(f"tip.{state}", caregiver_id=mother, planned_on=TODAY - n * DAY)
        outbox.add(conn, [{**row, "state": state}])
    outbox.add(conn, [a_push("tip.other", caregiver_id=mother + 1000)])
    found = planning.pushed(conn, [mother], TODAY - 3 * DAY)
    assert {row.message for row in found} == {"tip.pending", "tip.sending", "tip.sent"}
    assert {row.caregiver_id for row in found} == {mother}
    assert len(planning.pushed(conn, [mother], TODAY - 30 * DAY)) == 4
    assert planning.pushed(conn, [], TODAY) == []


def test_who_has_several_children(conn: Connection, mother: int) -> None:
    one = a_caregiver(conn, "one").caregiver.id
    none = a_caregiver(conn, "none").caregiver.id
    a_child(conn, one, TODAY)
    a_child(conn, mother, TODAY)
    a_child(conn, mother, TODAY)
    assert planning.with_siblings(conn, [mother, one, none]) == {mother}
    assert planning.with_siblings(conn, []) == set()


def test_duties_that_are_done(conn: Connection, mother: int) -> None:
    one, two, three = (a_child(conn, mother, TODAY) for _ in range(3))
    children.mark_done(conn, one, "bcg", mother, NOW)
    children.mark_done(conn, two, "bcg", mother, NOW)
    children.mark_done(conn, one, "papers", mother, NOW)
    children.mark_done(conn, three, "bcg", mother, NOW)
    assert planning.done(conn, [one, two]) == {(one, "bcg"), (two, "bcg"), (one, "papers")}
    assert planning.done(conn, []) == set()


def test_a_plan_is_stored_once(conn: Connection, mother: int) -> None:
    one, two = a_child(conn, mother, TODAY), a_child(conn, mother, TODAY)
    planning.record(conn, [a_decision(one, mother, name="tip.waited")])
    messages = [
        a_push("tip.waited", caregiver_id=mother, child_id=one),
        a_push("tip.one", caregiver_id=mother, child_id=one),
    ]
    kept = [a_decision(two, mother, state="skipped", retry_on=None)]
    settled = [("tip.waited", one, mother, 0)]
    assert planning.store(conn, messages, kept, settled) == 2
    assert planning.store(conn, messages, kept, settled) == 0
    assert planning.store(conn, messages[:1], [], []) == 0
    assert book(conn) == [("tip.one", two, "skipped", "budget")]
    assert len(conn.execute(select(outbox_table.c.id)).all()) == 2
    assert planning.store(conn, [], [], []) == 0


def test_one_new_message_is_counted_as_one(conn: Connection, mother: int) -> None:
    child_id = a_child(conn, mother, TODAY)
    message = a_push(caregiver_id=mother, child_id=child_id)
    assert planning.store(conn, [message], [], []) == 1


def test_a_waiting_decision_is_replaced_by_the_new_one(conn: Connection, mother: int) -> None:
    child_id = a_child(conn, mother, TODAY)
    planning.record(conn, [a_decision(child_id, mother)])
    expired = a_decision(child_id, mother, state="expired", reason="window", retry_on=None)
    planning.store(conn, [], [expired], [("tip.one", child_id, mother, 0)])
    assert book(conn) == [("tip.one", child_id, "expired", "window")]


def test_a_decision_is_recorded_once(conn: Connection, mother: int) -> None:
    child_id = a_child(conn, mother, TODAY)
    planning.record(conn, [a_decision(child_id, mother)])
    planning.record(conn, [a_decision(child_id, mother, state="expired", reason="other")])
    planning.record(conn, [])
    assert book(conn) == [("tip.one", child_id, "waiting", "budget")]


@pytest.mark.parametrize(
    ("which", "stopped"),
    [
        ({"child_id": 1}, {("a", 1), ("b", 1)}),
        ({"caregiver_id": 0}, {("a", 1), ("a", 2), ("b", 1)}),
        ({"child_id": 1, "messages": ["a"]}, {("a", 1)}),
        ({"messages": ["a"]}, {("a", 1), ("a", 2)}),
        ({"messages": []}, set()),
    ],
)
def test_what_waits_may_be_stopped(
    conn: Connection, mother: int, which: dict[str, Any], stopped: set[tuple[str, int]]
) -> None:
    """In `which` and `stopped` children have numbers; caregiver 0 is the mother."""
    ids = {n: a_child(conn, mother, TODAY) for n in (1, 2)}
    for name, n in (("a", 1), ("a", 2), ("b", 1)):
        planning.record(conn, [a_decision(ids[n], mother, name=name)])
    settled = a_decision(ids[1], mother, name="old", state="merged", reason="same", retry_on=None)
    planning.record(conn, [settled])
    if "child_id" in which:
        which = {**which, "child_id": ids[which["child_id"]]}
    if "caregiver_id" in which:
        which = {**which, "caregiver_id": mother}
    planning.stop_waiting(conn, "loss", TODAY + DAY, **which)
    numbers = {child_id: n for n, child_id in ids.items()}
    found = {(m, numbers[c]) for m, c, state, reason in book(conn) if reason == "loss"}
    assert found == stopped
    assert ("old", ids[1], "merged", "same") in book(conn)
    for row in conn.execute(select(decisions).where(decisions.c.reason == "loss")):
        assert (row.state, row.retry_on, row.decided_on) == ("skipped", None, TODAY + DAY)


def test_why_something_was_not_sent(conn: Connection, mother: int) -> None:
    other = a_caregiver(conn, "other").caregiver.id
    ids = [a_child(conn, person, TODAY) for person in (mother, mother, other)]
    for child_id, person in zip(ids, (mother, mother, other), strict=True):
        skipped = a_decision(child_id, person, state="skipped", reason="done", retry_on=None)
        planning.record(conn, [skipped])
    planning.record(conn, [a_decision(ids[0], mother, name="tip.two")])
    assert sorted(planning.reasons(conn)) == [
        ("tip.one", "skipped", "done", 3),
        ("tip.two", "waiting", "budget", 1),
    ]
    mine = planning.of_caregiver(conn, mother)
    assert {(row["message"], row["child_id"]) for row in mine} == {
        ("tip.one", ids[0]),
        ("tip.one", ids[1]),
        ("tip.two", ids[0]),
    }
