"""An officer's own chat: linked by a code from the officers' pages, told only that work waits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import Connection

from storage import audit, marks, officers
from storage.console_tables import officers as officers_table
from storage.officers import ACTIVE, Officer
from storage.tables import marks as marks_table
from storage.types import cipher_of

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is mistaken for something else
LENGTH = 8  # so many that nobody guesses one while it lives; no word of Vietnamese is so long
LIVES = timedelta(minutes=15)
CODE = "officer-code:"  # begins the mark that holds an officer's open code


@dataclass(frozen=True, slots=True)
class Seat:
    """An officer who can answer: where, and whose chat may be told."""

    officer_id: int
    area_id: int
    caregiver_id: int | None
    deputy: bool = False


def offer(conn: Connection, officer_id: int, code: str, now: datetime) -> None:
    """One open code an officer: a new one makes the old one worthless."""
    until = now + LIVES
    marks.put(conn, f"{CODE}{officer_id}", f"{_hash(conn, code)} {until.isoformat()}")


def take(conn: Connection, code: str, caregiver_id: int, now: datetime) -> Officer | None:
    """Links this chat to the officer whose code it is, once; None for a wrong or an old code."""
    officer_id = _owner(conn, code, now)
    if officer_id is None:
        return None
    unlink_chat(conn, caregiver_id)  # a chat speaks for one officer
    at_work = (officers_table.c.id == officer_id, officers_table.c.state == ACTIVE)
    linked = update(officers_table).where(*at_work).values(caregiver_id=caregiver_id)
    officer = officers.get(conn, officer_id) if conn.execute(linked).rowcount else None
    if officer is None:
        return None
    me = f"officer:{officer.id}"
    audit.record(conn, me, "chat linked", me, now)
    return officer


def _owner(conn: Connection, code: str, now: datetime) -> int | None:
    which = (
        marks_table.c.name.startswith(CODE, autoescape=True),
        marks_table.c.value.startswith(f"{_hash(conn, code)} ", autoescape=True),
    )
    used = delete(marks_table).where(*which).returning(marks_table.c.name, marks_table.c.value)
    row = conn.execute(used).first()
    if row is None or datetime.fromisoformat(row.value.partition(" ")[2]) <= now:
        return None
    return int(row.name.removeprefix(CODE))


def unlink_chat(conn: Connection, caregiver_id: int) -> None:
    _unlink(conn, officers_table.c.caregiver_id == caregiver_id)


def unlink(conn: Connection, officer_id: int) -> None:
    _unlink(conn, officers_table.c.id == officer_id)


def _unlink(conn: Connection, which: ColumnElement[bool]) -> None:
    conn.execute(update(officers_table).where(which).values(caregiver_id=None))


def of_caregiver(conn: Connection, caregiver_id: int) -> Officer | None:
    """The officer this chat speaks for."""
    mine = (officers_table.c.caregiver_id == caregiver_id, officers_table.c.state == ACTIVE)
    found = conn.execute(select(officers_table.c.id).where(*mine)).scalar()
    return officers.get(conn, found) if found is not None else None


def seats(conn: Connection, roles: Collection[str]) -> list[Seat]:
    """Every officer at work with one of these roles."""
    one = officers_table.c
    at_work = (one.state == ACTIVE, one.role.in_(roles))
    columns = (one.id, one.area_id, one.caregiver_id, one.deputy)
    rows = conn.execute(select(*columns).where(*at_work).order_by(one.id))
    return [Seat(*row) for row in rows]


def _hash(conn: Connection, code: str) -> str:
    return cipher_of(conn.dialect).blind("officer code", code.upper())
