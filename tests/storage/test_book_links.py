"""Links to a child's book: who may open which, until when, and what closes them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from storage import caregivers, children, privacy
from storage.book_links import Link, find, forget, put
from storage.caregivers import Contact
from storage.family_tables import book_links as table
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, a_child

TOKEN, OTHER = "a" * 40, "b" * 40
SECOND = timedelta(seconds=1)


@pytest.fixture
def mother(conn: Connection) -> Contact:
    return a_caregiver(conn, "1001", area_id=None)


@pytest.fixture
def child(conn: Connection, mother: Contact) -> int:
    return a_child(conn, mother.caregiver.id, TODAY)


def count(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_link_is_found_by_its_token_until_it_expires(
    conn: Connection, child: int, mother: Contact
) -> None:
    me = mother.caregiver.id
    put(conn, child, me, TOKEN, NOW + DAY)
    assert find(conn, TOKEN, NOW) == Link(child, me, None)
    assert find(conn, TOKEN, NOW + DAY - SECOND) == Link(child, me, None)
    assert find(conn, TOKEN, NOW + DAY) is None
    assert find(conn, OTHER, NOW) is None
    assert find(conn, "", NOW) is None


def test_the_token_itself_is_not_kept(conn: Connection, child: int, mother: Contact) -> None:
    put(conn, child, mother.caregiver.id, TOKEN, NOW + DAY)
    kept = conn.execute(text("SELECT token_hash FROM book_links")).scalar_one()
    assert TOKEN not in kept
    assert find(conn, kept, NOW) is None


def test_there_is_one_open_link_a_child_and_caregiver(
    conn: Connection, child: int, mother: Contact
) -> None:
    me = mother.caregiver.id
    second = a_child(conn, me, TODAY)
    put(conn, child, me, TOKEN, NOW + DAY)
    put(conn, second, me, "c" * 40, NOW + DAY)
    put(conn, child, me, OTHER, NOW + DAY)
    assert find(conn, TOKEN, NOW) is None
    assert find(conn, OTHER, NOW) == Link(child, me, None)
    assert find(conn, "c" * 40, NOW) == Link(second, me, None)
    assert count(conn) == 2


def test_who_no_longer_cares_for_the_child_opens_nothing(
    conn: Connection, child: int, mother: Contact
) -> None:
    father = a_caregiver(conn, "1002").caregiver.id
    children.link(conn, child, father, TODAY)
    put(conn, child, mother.caregiver.id, TOKEN, NOW + DAY)
    put(conn, child, father, OTHER, NOW + DAY)
    children.unlink(conn, child, mother.caregiver.id)
    assert find(conn, TOKEN, NOW) is None
    assert find(conn, OTHER, NOW) == Link(child, father, None)
    children.unlink(conn, child, father)
    assert count(conn) == 0


def test_links_go_with_whoever_asked_for_them(
    conn: Connection, child: int, mother: Contact
) -> None:
    father = a_caregiver(conn, "1002")
    children.link(conn, child, father.caregiver.id, TODAY)
    put(conn, child, mother.caregiver.id, TOKEN, NOW + DAY)
    put(conn, child, father.caregiver.id, OTHER, NOW + DAY)
    privacy.erase(conn, father, "e1", NOW)
    assert find(conn, OTHER, NOW) is None
    assert find(conn, TOKEN, NOW) is not None
    assert count(conn) == 1
    caregivers.erase(conn, mother.caregiver.id)
    assert count(conn) == 0


def test_what_has_expired_is_forgotten(conn: Connection, child: int, mother: Contact) -> None:
    father = a_caregiver(conn, "1002").caregiver.id
    put(conn, child, mother.caregiver.id, TOKEN, NOW)
    put(conn, child, father, OTHER, NOW + SECOND)
    forget(conn, NOW)
    assert count(conn) == 1
    forget(conn, NOW + SECOND)
    assert count(conn) == 0
