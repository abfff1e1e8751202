"""What is known of the duties of a child: one row a duty, the last word counts."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from care.duties import Record, Source, Told
from storage import children, duties, privacy
from storage.caregivers import Contact
from storage.family_tables import duty_records as table
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, a_child, together

BORN = date(2026, 3, 12)
PAPER, DOSE = "birth_registered", "penta1"
EARLIER = TODAY - 9 * DAY


@pytest.fixture
def mother(conn: Connection) -> Contact:
    return a_caregiver(conn, "1001")


@pytest.fixture
def child(conn: Connection, mother: Contact) -> int:
    return a_child(conn, mother.caregiver.id, BORN)


def tell(conn: Connection, child_id: int, duty: str, *told: Any, by: int | None = 1) -> bool:
    return duties.put(conn, child_id, duty, Record(*told), by, NOW)


def test_of_a_new_child_nothing_is_known(conn: Connection, child: int) -> None:
    assert duties.of_child(conn, child) == {}
    assert duties.done(conn, child) == {}


@pytest.mark.parametrize("state", Told)
@pytest.mark.parametrize("day", [EARLIER, None])
@pytest.mark.parametrize("source", Source)
def test_what_was_told_is_given_back(
    conn: Connection, child: int, state: Told, day: date | None, source: Source
) -> None:
    record = Record(state, day, source)
    assert duties.put(conn, child, PAPER, record, None, NOW)
    assert duties.of_child(conn, child) == {PAPER: record}
    assert duties.of_child(conn, child + 1) == {}


def test_the_last_word_counts(conn: Connection, child: int, mother: Contact) -> None:
    father = a_caregiver(conn, "1002").caregiver.id
    said = [(Told.PUT_OFF, TODAY + 7 * DAY), (Told.REFUSED,), (Told.DONE, TODAY), (Told.MISSED,)]
    for told in said:
        assert tell(conn, child, PAPER, *told)
        assert duties.of_child(conn, child) == {PAPER: Record(*told)}
    later = Record(Told.DONE, TODAY, Source.OFFICER)
    assert duties.put(conn, child, PAPER, later, father, NOW + DAY)
    row = conn.execute(select(table)).one()
    assert (row.state, row.day, row.source) == ("done", TODAY, "officer")
    assert (row.caregiver_id, row.at) == (father, NOW + DAY)


def test_the_same_again_is_no_news(conn: Connection, child: int, mother: Contact) -> None:
    assert tell(conn, child, DOSE, Told.DONE, EARLIER)
    assert not tell(conn, child, DOSE, Told.DONE, EARLIER)
    assert not tell(conn, child, DOSE, Told.DONE)  # the day that is known is kept
    assert duties.of_child(conn, child) == {DOSE: Record(Told.DONE, EARLIER)}
    assert tell(conn, child, DOSE, Told.DONE, TODAY)
    assert duties.of_child(conn, child) == {DOSE: Record(Told.DONE, TODAY)}
    assert tell(conn, child, DOSE, Told.MISSED)
    assert tell(conn, child, DOSE, Told.DONE)
    assert duties.of_child(conn, child) == {DOSE: Record(Told.DONE)}
    assert tell(conn, child, DOSE, Told.DONE, TODAY)  # now the day is known


def test_marking_done_tells_whether_it_is_new(conn: Connection, child: int) -> None:
    assert duties.mark_done(conn, child, PAPER, 1, NOW)
    assert not duties.mark_done(conn, child, PAPER, 1, NOW)
    assert duties.done(conn, child) == {PAPER: None}
    assert duties.mark_done(conn, child, DOSE, 1, NOW, TODAY)
    assert duties.done(conn, child) == {PAPER: None, DOSE: TODAY}


def test_only_what_is_done_is_among_what_is_done(conn: Connection, child: int) -> None:
    for n, state in enumerate(Told):
        tell(conn, child, f"duty{n}", state, TODAY)
    wanted = [f"duty{n}" for n, state in enumerate(Told) if state is Told.DONE]
    assert list(duties.done(conn, child)) == wanted
    records = duties.of_child(conn, child)
    assert len(records) == len(Told)
    assert duties.dates(records) == {wanted[0]: TODAY}


def test_what_is_removed_is_unknown_again(conn: Connection, child: int) -> None:
    tell(conn, child, PAPER, Told.DONE)
    tell(conn, child, DOSE, Told.DONE)
    assert duties.remove(conn, child, PAPER)
    assert not duties.remove(conn, child, PAPER)
    assert not duties.remove(conn, child + 1, DOSE)
    assert list(duties.of_child(conn, child)) == [DOSE]


def test_many_children_are_read_at_once(conn: Connection, child: int, mother: Contact) -> None:
    other = a_child(conn, mother.caregiver.id, BORN)
    silent = a_child(conn, mother.caregiver.id, BORN)
    tell(conn, child, PAPER, Told.DONE, TODAY)
    tell(conn, child, DOSE, Told.MISSED)
    tell(conn, other, DOSE, Told.UNKNOWN, None, Source.CARD)
    found = duties.of_children(conn, [child, other, silent])
    assert found == {
        child: {PAPER: Record(Told.DONE, TODAY), DOSE: Record(Told.MISSED)},
        other: {DOSE: Record(Told.UNKNOWN, None, Source.CARD)},
    }
    assert duties.of_children(conn, [other]) == {other: found[other]}
    assert duties.of_children(conn, []) == {}


def test_two_who_tell_at_once_leave_one_row(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        child = a_child(conn, a_caregiver(conn).caregiver.id, BORN)
    told = Record(Told.DONE, TODAY)
    new = together(engine, second, lambda conn: duties.put(conn, child, PAPER, told, 1, NOW))
    assert sorted(new) == [False, True]
    with engine.begin() as conn:
        assert duties.of_child(conn, child) == {PAPER: told}


def test_what_is_known_goes_with_the_child(conn: Connection, child: int, mother: Contact) -> None:
    tell(conn, child, PAPER, Told.DONE)
    privacy.erase(conn, mother, "1001-1", NOW)
    assert conn.execute(select(table)).all() == []


def test_what_an_erased_person_told_stays_without_a_name(
    conn: Connection, child: int, mother: Contact
) -> None:
    father = a_caregiver(conn, "1002")
    children.link(conn, child, father.caregiver.id, TODAY)
    tell(conn, child, PAPER, Told.DONE, TODAY, by=father.caregiver.id)
    privacy.erase(conn, father, "1002-1", NOW)
    assert duties.of_child(conn, child) == {PAPER: Record(Told.DONE, TODAY)}
    assert conn.execute(select(table.c.caregiver_id)).scalar_one() is None
