"""What was done with cases: lines that are only added, each sealing the one before.

An act and its line are one transaction. Whoever changes or takes away a line without the key breaks
the chain; its length and last hash are a mark, so that the end cannot be cut off either.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from care.cases import Act
from storage import case_keys, marks
from storage.case_tables import case_history
from storage.types import cipher_of

REPORTER, CLOCK = "reporter", "clock"
HEAD = "case-history"  # the mark: number and hash of the last line
_LOCK = 7_301_005


@dataclass(frozen=True, slots=True)
class Line:
    seq: int
    at: datetime
    actor: str
    act: Act
    detail: dict[str, Any]


def officer(officer_id: int) -> str:
    return f"officer:{officer_id}"


def append(
    conn: Connection,
    case_id: int,
    actor: str,
    act: Act,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """One more line, in the transaction of the act itself."""
    if conn.dialect.name == "postgresql":  # on SQLite one thread writes
        conn.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    seq, before = _head(conn)
    sealed = None
    if detail:
        text = json.dumps(detail, ensure_ascii=False)
        sealed = case_keys.cipher(conn, case_id).seal(_place(case_id), text)
    row = {"seq": seq + 1, "case_id": case_id, "at": now, "actor": actor, "act": act.value}
    made = _hash(conn, row, sealed, before)
    conn.execute(insert(case_history).values(**row, detail=sealed, hash=made))
    marks.put(conn, HEAD, f"{seq + 1} {made}")


def _head(conn: Connection) -> tuple[int, str]:
    seq, _, last = (marks.get(conn, HEAD) or "0 ").partition(" ")
    return int(seq), last


def _place(case_id: int) -> str:
    return f"case_history.detail|{case_id}"


def _hash(conn: Connection, row: dict[str, Any], sealed: bytes | None, before: str) -> str:
    at = row["at"].astimezone(UTC).isoformat()
    parts = (str(row["seq"]), str(row["case_id"]), at, row["actor"], row["act"])
    return cipher_of(conn.dialect).link(*parts, (sealed or b"").hex(), before)


def of_case(conn: Connection, case_id: int) -> list[Line]:
    """The oldest first. Of a forgotten case only who did what, when."""
    rows = conn.execute(
        select(case_history).where(case_history.c.case_id == case_id).order_by(case_history.c.seq)
    ).all()
    keeper = case_keys.find(conn, case_id)
    return [
        Line(
            row.seq,
            row.at,
            row.actor,
            Act(row.act),
            json.loads(keeper.open(_place(case_id), bytes(row.detail)))
            if row.detail is not None and keeper is not None
            else {},
        )
        for row in rows
    ]


def head(conn: Connection) -> str:
    """Number and hash of the last line, for a note outside: a tail that is rolled back with its
    mark, as by an old copy of the database, cannot be told by the chain itself."""
    return marks.get(conn, HEAD) or "0"


def holds(conn: Connection, noted: str) -> bool:
    """Whether a head that was noted earlier is still in the chain."""
    seq, _, made = noted.strip().partition(" ")
    if seq == "0":
        return True
    query = select(case_history.c.hash).where(case_history.c.seq == int(seq))
    return conn.execute(query).scalar_one_or_none() == made


def broken_at(conn: Connection) -> int | None:
    """The first line that is not as it was written; None while the whole chain holds."""
    seq, before = 0, ""
    try:
        for row in conn.execute(select(case_history).order_by(case_history.c.seq)):
            seq += 1
            if row.seq != seq or row.hash != _hash_of(conn, row, before):
                return seq
            before = row.hash
        return None if _head(conn) == (seq, before) else seq + 1
    except (ValueError, TypeError):  # what stands there is not even a date or a number
        return seq + 1


def _hash_of(conn: Connection, row: Any, before: str) -> str:
    values = {name: getattr(row, name) for name in ("seq", "case_id", "at", "actor", "act")}
    return _hash(conn, values, bytes(row.detail) if row.detail is not None else None, before)


def verify(conn: Connection, noted: str) -> tuple[int | None, str, bool]:
    """The first broken line, the head, and whether the head noted earlier is still there."""
    return broken_at(conn), head(conn), not noted or holds(conn, noted)
