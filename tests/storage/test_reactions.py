"""What readers say of an item, and the questions nobody could answer."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage import privacy, reactions
from storage.reactions import DID, NOT_YET, PAUSES, WRONG
from storage.tables import reactions as table
from tests.storage.families import DAY, NOW, TODAY, a_caregiver

TIP, OTHER = "tip-a", "tip-b"


def rows(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


def called_wrong(conn: Connection, message: str, *people: int) -> None:
    for person in people:
        reactions.add(conn, person, message, WRONG, NOW)


@pytest.mark.parametrize("kind", [DID, NOT_YET, WRONG])
def test_what_is_said_twice_counts_once(conn: Connection, kind: str) -> None:
    assert reactions.add(conn, 1, TIP, kind, NOW)
    assert not reactions.add(conn, 1, TIP, kind, NOW + DAY)
    assert rows(conn) == 1
    assert conn.execute(select(table.c.at)).scalar_one() == NOW


def test_another_person_item_or_kind_is_another_reaction(conn: Connection) -> None:
    assert reactions.add(conn, 1, TIP, DID, NOW)
    assert reactions.add(conn, 2, TIP, DID, NOW)
    assert reactions.add(conn, 1, OTHER, DID, NOW)
    assert reactions.add(conn, 1, TIP, NOT_YET, NOW)
    assert rows(conn) == 4


def test_two_readers_hold_an_item_back(conn: Connection) -> None:
    assert PAUSES == 2
    assert reactions.paused(conn) == frozenset()
    called_wrong(conn, TIP, 1, 1)
    assert reactions.paused(conn) == frozenset()
    called_wrong(conn, TIP, 2)
    called_wrong(conn, OTHER, 1)
    assert reactions.paused(conn) == {TIP}


@pytest.mark.parametrize("kind", [DID, NOT_YET])
def test_only_wrong_holds_back(conn: Connection, kind: str) -> None:
    for person in range(1, 6):
        reactions.add(conn, person, TIP, kind, NOW)
    called_wrong(conn, TIP, 1)
    assert reactions.paused(conn) == frozenset()


def test_what_an_officer_settled_is_sent_again(conn: Connection) -> None:
    called_wrong(conn, TIP, 1, 2)
    called_wrong(conn, OTHER, 1, 2)
    reactions.add(conn, 1, TIP, DID, NOW)
    reactions.settle(conn, [TIP])
    assert reactions.paused(conn) == {OTHER}
    assert rows(conn) == 3  # what else was said of it stays
    reactions.settle(conn, [])
    assert reactions.paused(conn) == {OTHER}


def test_after_settling_it_takes_two_again(conn: Connection) -> None:
    called_wrong(conn, TIP, 1, 2)
    reactions.settle(conn, [TIP])
    called_wrong(conn, TIP, 1)
    assert reactions.paused(conn) == frozenset()
    called_wrong(conn, TIP, 3)
    assert reactions.paused(conn) == {TIP}


def test_misses_are_counted_a_day_and_a_topic(conn: Connection) -> None:
    for day, near in ((0, "rash"), (0, "rash"), (0, ""), (1, "rash"), (1, "honey"), (9, "honey")):
        reactions.miss(conn, TODAY + day * DAY, near)
    assert reactions.misses(conn, TODAY, TODAY + DAY) == [("rash", 3), ("", 1), ("honey", 1)]
    assert reactions.misses(conn, TODAY + DAY, TODAY + 9 * DAY) == [("honey", 2), ("rash", 1)]
    assert reactions.misses(conn, TODAY, TODAY) == [("rash", 2), ("", 1)]
    assert reactions.misses(conn, TODAY - 9 * DAY, TODAY - DAY) == []


def test_what_a_person_said_goes_with_them(conn: Connection) -> None:
    mother, father = a_caregiver(conn, "1001"), a_caregiver(conn, "1002")
    for person in (mother, father):
        for kind in (DID, WRONG):
            reactions.add(conn, person.caregiver.id, TIP, kind, NOW)
    assert reactions.paused(conn) == {TIP}
    privacy.erase(conn, mother, "1001-1", NOW + DAY)
    left = conn.execute(select(table.c.caregiver_id).distinct()).scalars().all()
    assert left == [father.caregiver.id]
    assert reactions.paused(conn) == frozenset()
