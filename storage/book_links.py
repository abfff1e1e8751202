"""Links to a child's book as a page: one open link a child and caregiver; the token is not kept."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from storage.caregivers import hold
from storage.family_tables import book_links, care_links, caregivers
from storage.types import cipher_of


class Link(NamedTuple):
    """`area_id`: where the caregiver lives."""

    child_id: int
    caregiver_id: int
    area_id: int | None


def put(
    conn: Connection, child_id: int, caregiver_id: int, token: str, expires_at: datetime
) -> None:
    """A new link makes the old one worthless."""
    hold(conn, caregiver_id)
    mine = (book_links.c.child_id == child_id, book_links.c.caregiver_id == caregiver_id)
    conn.execute(delete(book_links).where(*mine))
    conn.execute(
        insert(book_links).values(
            token_hash=_hash(conn, token),
            child_id=child_id,
            caregiver_id=caregiver_id,
            expires_at=expires_at,
        )
    )


def find(conn: Connection, token: str, now: datetime) -> Link | None:
    """None for a wrong or expired token, and when the caregiver no longer cares for the child."""
    still_cares = (care_links.c.child_id == book_links.c.child_id) & (
        care_links.c.caregiver_id == book_links.c.caregiver_id
    )
    row = conn.execute(
        select(book_links.c.child_id, book_links.c.caregiver_id, caregivers.c.area_id)
        .join_from(book_links, care_links, still_cares)
        .join(caregivers, caregivers.c.id == book_links.c.caregiver_id)
        .where(book_links.c.token_hash == _hash(conn, token), book_links.c.expires_at > now)
    ).first()
    return Link(*row) if row is not None else None


def forget(conn: Connection, now: datetime) -> None:
    """Removes links that have expired."""
    conn.execute(delete(book_links).where(book_links.c.expires_at <= now))


def _hash(conn: Connection, token: str) -> str:
    return cipher_of(conn.dialect).blind("book", token)
