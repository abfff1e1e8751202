"""Children, their derived dates, who cares for them, what is done, and invitations."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.engine import Connection

from care.people import ChildState
from storage import children, duties
from storage.children import caregivers_of
from storage.family_tables import children as table
from storage.family_tables import duty_records, invites
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, a_child, together

BORN = date(2026, 5, 31)


@pytest.fixture
def mother(conn: Connection) -> int:
    return a_caregiver(conn, "mother").caregiver.id


@pytest.fixture
def father(conn: Connection) -> int:
    return a_caregiver(conn, "father").caregiver.id


def corrected(conn: Connection, child_id: int) -> date | None:
    return conn.execute(select(table.c.corrected_on).where(table.c.id == child_id)).scalar_one()


def count(conn: Connection, what: type | object) -> int:
    return conn.execute(select(func.count()).select_from(what)).scalar_one()  # type: ignore[arg-type]


def test_a_child_comes_back_as_it_was_given(conn: Connection, mother: int) -> None:
    child_id = a_child(
        conn, mother, BORN, nickname="Tí", gestation_weeks=39, precision="month", twin_group=4
    )
    child = children.get(conn, child_id)
    assert child is not None
    assert children.of_caregiver(conn, mother) == [child]
    assert (child.state, child.nickname, child.born_on) == (ChildState.BORN, "Tí", BORN)
    assert (child.precision, child.gestation_weeks, child.twin_group) == ("month", 39, 4)
    assert (child.joined_on, child.lost_on, child.due_on) == (TODAY, None, None)
    assert children.get(conn, child_id + 1000) is None


def test_children_are_listed_in_the_order_they_came(conn: Connection, mother: int) -> None:
    ids = [a_child(conn, mother, BORN - n * DAY) for n in range(3)]
    children.change(conn, children.of_caregiver(conn, mother)[1], state=ChildState.LOST)
    assert [c.id for c in children.of_caregiver(conn, mother)] == ids


@pytest.mark.parametrize(("weeks", "moved"), [(None, 0), (40, 0), (37, 0), (36, 4), (28, 12)])
def test_the_corrected_birthday_is_derived(
    conn: Connection, mother: int, weeks: int | None, moved: int
) -> None:
    child_id = a_child(conn, mother, BORN, gestation_weeks=weeks)
    assert corrected(conn, child_id) == BORN + timedelta(weeks=moved)


def test_the_corrected_birthday_follows_every_change(conn: Connection, mother: int) -> None:
    child_id = a_child(conn, mother, BORN)

    def change(**values: object) -> date | None:
        child = children.get(conn, child_id)
        assert child is not None
        children.change(conn, child, **values)
        return corrected(conn, child_id)

    assert change(gestation_weeks=32) == BORN + timedelta(weeks=8)
    assert change(born_on=BORN + DAY) == BORN + DAY + timedelta(weeks=8)
    assert change(nickname="Na") == BORN + DAY + timedelta(weeks=8)
    assert change(born_on=BORN, gestation_weeks=None) == BORN


def test_a_child_that_is_expected_has_no_birthday_till_it_is_born(
    conn: Connection, mother: int
) -> None:
    child_id = children.add(
        conn, mother, TODAY, state=ChildState.EXPECTED, due_on=TODAY, gestation_weeks=None
    )
    assert corrected(conn, child_id) is None
    child = children.get(conn, child_id)
    assert child is not None
    children.change(conn, child, state=ChildState.BORN, born_on=TODAY, gestation_weeks=34)
    assert corrected(conn, child_id) == TODAY + timedelta(weeks=6)


def test_a_second_caregiver_is_linked_once(conn: Connection, mother: int, father: int) -> None:
    child_id = a_child(conn, mother, BORN)
    assert children.link(conn, child_id, father, TODAY)
    assert not children.link(conn, child_id, father, TODAY)
    assert not children.link(conn, child_id, mother, TODAY)
    assert caregivers_of(conn, child_id) == sorted([mother, father])
    assert [c.id for c in children.of_caregiver(conn, father)] == [child_id]


def test_the_child_goes_with_the_last_caregiver(conn: Connection, mother: int, father: int) -> None:
    child_id = a_child(conn, mother, BORN)
    children.link(conn, child_id, father, TODAY)
    duties.mark_done(conn, child_id, "bcg", mother, NOW)
    children.unlink(conn, child_id, mother)
    assert caregivers_of(conn, child_id) == [father]
    assert children.of_caregiver(conn, mother) == []
    assert duties.done(conn, child_id) == {"bcg": None}
    children.unlink(conn, child_id, father)
    assert children.get(conn, child_id) is None
    assert count(conn, duty_records) == 0


def test_unlinking_a_stranger_changes_nothing(conn: Connection, mother: int, father: int) -> None:
    child_id = a_child(conn, mother, BORN)
    children.unlink(conn, child_id, father)
    assert children.get(conn, child_id) is not None


def test_both_leaving_at_once_leave_no_child_behind(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        parents = [a_caregiver(conn, name).caregiver.id for name in ("mother", "father")]
        child_id = a_child(conn, parents[0], BORN)
        children.link(conn, child_id, parents[1], TODAY)
    waiting = list(parents)
    together(engine, second, lambda conn: children.unlink(conn, child_id, waiting.pop()))
    with engine.begin() as conn:
        assert children.get(conn, child_id) is None


def test_a_duty_is_done_once(conn: Connection, mother: int, father: int) -> None:
    child_id = a_child(conn, mother, BORN)
    assert duties.mark_done(conn, child_id, "bcg", mother, NOW)
    assert not duties.mark_done(conn, child_id, "bcg", father, NOW + DAY)
    assert duties.mark_done(conn, child_id, "birth-certificate", father, NOW + DAY)
    assert duties.done(conn, child_id) == {"bcg": None, "birth-certificate": None}
    assert duties.done(conn, child_id + 1000) == {}


def test_two_caregivers_may_tap_done_or_join_at_once(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        mother = a_caregiver(conn, "mother").caregiver.id
        father = a_caregiver(conn, "father").caregiver.id
        child_id = a_child(conn, mother, BORN)
    taps = together(
        engine, second, lambda conn: duties.mark_done(conn, child_id, "bcg", mother, NOW)
    )
    assert taps == (True, False)
    joins = together(engine, second, lambda conn: children.link(conn, child_id, father, TODAY))
    assert joins == (True, False)


def test_an_invitation_works_once(conn: Connection, mother: int) -> None:
    children.add_invite(conn, mother, "K7M2P9", NOW + DAY)
    assert children.use_invite(conn, "WRONG1", NOW) is None
    assert children.use_invite(conn, "K7M2P9", NOW) == mother
    assert children.use_invite(conn, "K7M2P9", NOW) is None


def test_an_invitation_used_by_two_at_once_works_for_one(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        mother = a_caregiver(conn, "mother").caregiver.id
        children.add_invite(conn, mother, "K7M2P9", NOW + DAY)
    used = together(engine, second, lambda conn: children.use_invite(conn, "K7M2P9", NOW))
    assert used == (mother, None)


def test_an_invitation_ends_with_its_time(conn: Connection, mother: int) -> None:
    children.add_invite(conn, mother, "K7M2P9", NOW)
    assert children.use_invite(conn, "K7M2P9", NOW) is None
    assert count(conn, invites) == 0


def test_a_new_invitation_makes_the_old_one_worthless(
    conn: Connection, mother: int, father: int
) -> None:
    children.add_invite(conn, mother, "OLD111", NOW + DAY)
    children.add_invite(conn, father, "OTHER2", NOW + DAY)
    children.add_invite(conn, mother, "NEW333", NOW + DAY)
    assert children.use_invite(conn, "OLD111", NOW) is None
    assert children.use_invite(conn, "NEW333", NOW) == mother
    assert children.use_invite(conn, "OTHER2", NOW) == father


def test_the_code_of_an_invitation_is_not_kept(conn: Connection, mother: int) -> None:
    children.add_invite(conn, mother, "K7M2P9", NOW + DAY)
    assert "K7M2P9" not in str(conn.execute(select(invites)).all())
