"""The book of decisions: what waits, what was planned, and why something was not sent."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import decisions, outbox, planning
from storage.tables import decisions as table
from storage.tables import outbox as outbox_table
from tests.storage.families import DAY, TODAY, a_caregiver, a_child, a_push
from tests.storage.openings import a_decision


@pytest.fixture
def mother(conn: Connection) -> int:
    return a_caregiver(conn, "mother").caregiver.id


def book(conn: Connection) -> list[tuple[str, int, str, str]]:
    rows = conn.execute(select(table).order_by(table.c.message, table.c.child_id))
    return [(r.message, r.child_id, r.state, r.reason) for r in rows]


def test_what_waits_comes_back_on_its_day(conn: Connection, mother: int) -> None:
    child_id = a_child(conn, mother, TODAY - 7 * DAY)
    decisions.record(
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


def test_a_plan_is_stored_once(conn: Connection, mother: int) -> None:
    one, two = a_child(conn, mother, TODAY), a_child(conn, mother, TODAY)
    decisions.record(conn, [a_decision(one, mother, name="tip.waited")])
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
    decisions.record(conn, [a_decision(child_id, mother)])
    expired = a_decision(child_id, mother, state="expired", reason="window", retry_on=None)
    planning.store(conn, [], [expired], [("tip.one", child_id, mother, 0)])
    assert book(conn) == [("tip.one", child_id, "expired", "window")]


def test_a_decision_is_recorded_once(conn: Connection, mother: int) -> None:
    child_id = a_child(conn, mother, TODAY)
    decisions.record(conn, [a_decision(child_id, mother)])
    decisions.record(conn, [a_decision(child_id, mother, state="expired", reason="other")])
    decisions.record(conn, [])
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
        decisions.record(conn, [a_decision(ids[n], mother, name=name)])
    settled = a_decision(ids[1], mother, name="old", state="merged", reason="same", retry_on=None)
    decisions.record(conn, [settled])
    if "child_id" in which:
        which = {**which, "child_id": ids[which["child_id"]]}
    if "caregiver_id" in which:
        which = {**which, "caregiver_id": mother}
    decisions.stop_waiting(conn, "loss", TODAY + DAY, **which)
    numbers = {child_id: n for n, child_id in ids.items()}
    found = {(m, numbers[c]) for m, c, state, reason in book(conn) if reason == "loss"}
    assert found == stopped
    assert ("old", ids[1], "merged", "same") in book(conn)
    for row in conn.execute(select(table).where(table.c.reason == "loss")):
        assert (row.state, row.retry_on, row.decided_on) == ("skipped", None, TODAY + DAY)


def test_why_something_was_not_sent(conn: Connection, mother: int) -> None:
    other = a_caregiver(conn, "other").caregiver.id
    ids = [a_child(conn, person, TODAY) for person in (mother, mother, other)]
    for child_id, person in zip(ids, (mother, mother, other), strict=True):
        skipped = a_decision(child_id, person, state="skipped", reason="done", retry_on=None)
        decisions.record(conn, [skipped])
    decisions.record(conn, [a_decision(ids[0], mother, name="tip.two")])
    assert sorted(decisions.reasons(conn)) == [
        ("tip.one", "skipped", "done", 3),
        ("tip.two", "waiting", "budget", 1),
    ]
    mine = decisions.of_caregiver(conn, mother)
    assert {(row["message"], row["child_id"]) for row in mine} == {
        ("tip.one", ids[0]),
        ("tip.one", ids[1]),
        ("tip.two", ids[0]),
    }
