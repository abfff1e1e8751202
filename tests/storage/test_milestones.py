"""What was seen of a milestone list, and who is to look again on a day."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from care.milestones import Answers, Seen
from care.people import CaregiverState, ChildState
from storage import caregivers, children, outbox, privacy
from storage.caregivers import Contact
from storage.family_tables import milestone_answers as table
from storage.milestones import AGAIN_SLOT, LATEST, due_again, of_child, put
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, a_child, a_push

LIST, OTHER = "ms-09m", "ms-06m"
SOME = {"social1": Seen.SEEN, "move4": Seen.NOT_YET, "lang2": Seen.UNSURE}
BORN = date(2026, 2, 20)


@pytest.fixture
def mother(conn: Connection) -> Contact:
    return a_caregiver(conn, "1001")


@pytest.fixture
def child(conn: Connection, mother: Contact) -> int:
    return a_child(conn, mother.caregiver.id, BORN)


def answered(
    conn: Connection, child_id: int, who: Contact, again_on: date | None, checklist: str = LIST
) -> None:
    put(conn, child_id, checklist, Answers(SOME, False, False, again_on), who.caregiver.id, NOW)


def due(conn: Connection, day: date = TODAY) -> list[tuple[int, str, int]]:
    return [(again.child_id, again.checklist, again.slot) for again in due_again(conn, day)]


def asked(conn: Connection, child_id: int, who: Contact, slot: int, **values: Any) -> None:
    """A push of the list to that caregiver."""
    row = a_push(LIST, child_id=child_id, caregiver_id=who.caregiver.id, slot=slot)
    assert outbox.add(conn, [{**row, **values}]) == 1


def test_answers_are_given_back_by_list(conn: Connection, child: int, mother: Contact) -> None:
    assert of_child(conn, child) == {}
    full = Answers(SOME, True, False, TODAY + 14 * DAY)
    begun = Answers({"social1": Seen.SEEN})
    put(conn, child, LIST, full, mother.caregiver.id, NOW)
    put(conn, child, OTHER, begun, mother.caregiver.id, NOW)
    assert of_child(conn, child) == {LIST: full, OTHER: begun}
    assert of_child(conn, child + 1) == {}


def test_the_last_word_counts(conn: Connection, child: int, mother: Contact) -> None:
    father = a_caregiver(conn, "1002")
    answered(conn, child, mother, TODAY)
    later = Answers({**SOME, "move4": Seen.SEEN})
    put(conn, child, LIST, later, father.caregiver.id, NOW + DAY)
    assert of_child(conn, child) == {LIST: later}
    row = conn.execute(select(table)).one()
    assert (row.caregiver_id, row.at, row.again_on) == (father.caregiver.id, NOW + DAY, None)


def test_answers_are_sealed(conn: Connection, child: int, mother: Contact) -> None:
    answered(conn, child, mother, TODAY)
    raw = bytes(conn.execute(text("SELECT answers FROM milestone_answers")).scalar_one())
    assert b"social" not in raw
    assert b"seen" not in raw
    plain = conn.execute(select(table.c.answers)).scalar_one()
    assert plain == {
        "social1": "seen",
        "move4": "not_yet",
        "lang2": "unsure",
        "lost": "no",
        "worried": "no",
    }


def test_a_list_is_due_from_its_day_on(conn: Connection, child: int, mother: Contact) -> None:
    answered(conn, child, mother, TODAY)
    answered(conn, child, mother, None, OTHER)
    assert due(conn, TODAY - DAY) == []
    assert due(conn) == due(conn, TODAY + LATEST) == [(child, LIST, AGAIN_SLOT)]
    assert due(conn, TODAY + LATEST + DAY) == []
    found = due_again(conn, TODAY)[0]
    assert found.caregiver_id == mother.caregiver.id
    assert (found.address_id, found.route) == (mother.address_id, "telegram:main")
    assert found.send_minutes == mother.caregiver.send_minutes


def test_the_longest_waiting_comes_first(conn: Connection, child: int, mother: Contact) -> None:
    younger = a_child(conn, mother.caregiver.id, BORN)
    answered(conn, child, mother, TODAY)
    answered(conn, younger, mother, TODAY - DAY, OTHER)
    assert due(conn) == [(younger, OTHER, AGAIN_SLOT), (child, LIST, AGAIN_SLOT)]


def test_what_was_sent_since_is_not_due(conn: Connection, child: int, mother: Contact) -> None:
    answered(conn, child, mother, TODAY - DAY)
    asked(conn, child, mother, AGAIN_SLOT, planned_on=TODAY - DAY, state="sent")
    assert due(conn) == []
    answered(conn, child, mother, TODAY)  # two weeks later it is open again
    assert due(conn) == [(child, LIST, AGAIN_SLOT + 1)]


@pytest.mark.parametrize("state", ["cancelled", "expired", "failed"])
def test_what_was_withdrawn_is_not_made_up_for(
    conn: Connection, child: int, mother: Contact, state: str
) -> None:
    answered(conn, child, mother, TODAY)
    asked(conn, child, mother, AGAIN_SLOT, planned_on=TODAY, state=state)
    assert due(conn) == []


def test_the_first_push_of_the_list_is_no_second_look(
    conn: Connection, child: int, mother: Contact
) -> None:
    answered(conn, child, mother, TODAY - 2 * DAY)
    asked(conn, child, mother, 0, planned_on=TODAY - DAY, state="sent")
    assert due(conn) == [(child, LIST, AGAIN_SLOT)]


@pytest.mark.parametrize(
    ("values", "free"),
    [
        ({"planned_on": TODAY, "state": "sent"}, False),
        ({"planned_on": TODAY, "state": "unknown"}, False),
        ({"planned_on": TODAY, "state": "pending"}, False),
        ({"planned_on": TODAY - DAY, "state": "pending"}, False),
        ({"planned_on": TODAY - DAY, "state": "sent"}, True),
        ({"planned_on": TODAY, "state": "cancelled"}, True),
        ({"planned_on": TODAY + DAY, "state": "pending"}, True),  # asked for on another day
        ({"planned_on": None, "state": "sent"}, True),  # a reply
    ],
)
def test_one_push_a_day(
    conn: Connection, child: int, mother: Contact, values: dict[str, Any], free: bool
) -> None:
    answered(conn, child, mother, TODAY)
    row = a_push("tip-a", child_id=child, caregiver_id=mother.caregiver.id)
    outbox.add(conn, [{**row, **values}])
    assert bool(due(conn)) is free
    neighbour = a_caregiver(conn, "1003")
    theirs = a_child(conn, neighbour.caregiver.id, BORN)
    answered(conn, theirs, neighbour, TODAY)
    assert (theirs, LIST, AGAIN_SLOT) in due(conn)


@pytest.mark.parametrize(
    "values",
    [
        {"state": CaregiverState.PAUSED, "paused_until": TODAY + DAY},
        {"state": CaregiverState.STOPPED},
        {"address_id": None, "route": None},
    ],
)
def test_who_gets_nothing_is_left_out(
    conn: Connection, child: int, mother: Contact, values: dict[str, Any]
) -> None:
    answered(conn, child, mother, TODAY)
    caregivers.change(conn, mother.caregiver.id, **values)
    assert due(conn) == []


@pytest.mark.parametrize("state", [ChildState.LOST, ChildState.GONE])
def test_after_a_loss_nothing_is_due(
    conn: Connection, child: int, mother: Contact, state: ChildState
) -> None:
    answered(conn, child, mother, TODAY)
    known = children.get(conn, child)
    assert known is not None
    children.change(conn, known, state=state)
    assert due(conn) == []


def test_only_who_answered_is_asked_again(conn: Connection, child: int, mother: Contact) -> None:
    father = a_caregiver(conn, "1002")
    children.link(conn, child, father.caregiver.id, TODAY)
    answered(conn, child, father, TODAY)
    assert [again.caregiver_id for again in due_again(conn, TODAY)] == [father.caregiver.id]
    privacy.leave_child(conn, child, father.caregiver.id, NOW)
    assert due(conn) == []
    assert of_child(conn, child)  # the mother keeps what is known


def test_answers_go_with_the_child(conn: Connection, child: int, mother: Contact) -> None:
    answered(conn, child, mother, TODAY)
    privacy.erase(conn, mother, "1001-1", NOW)
    assert of_child(conn, child) == {}
    assert conn.execute(select(table)).all() == []


def test_the_answers_of_an_erased_person_stay_without_a_name(
    conn: Connection, child: int, mother: Contact
) -> None:
    father = a_caregiver(conn, "1002")
    children.link(conn, child, father.caregiver.id, TODAY)
    answered(conn, child, father, TODAY)
    privacy.erase(conn, father, "1002-1", NOW)
    assert of_child(conn, child)[LIST].seen == SOME
    assert conn.execute(select(table.c.caregiver_id)).scalar_one() is None
    assert due(conn) == []
