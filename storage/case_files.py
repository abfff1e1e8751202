"""Everything that is known of a case, for whoever may see it: reading it is a line of its history.

Whether a read is noted is not up to the pages: they get the words of a case only from `read`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.cases import FIELD_MOST, Act, Case
from storage import case_history, case_keys, cases
from storage.case_history import Line, officer
from storage.case_tables import case_exclusions, case_referrals, case_steps
from storage.cases import Viewer


@dataclass(frozen=True, slots=True)
class Step:
    id: int
    what: str
    due_on: date | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Referral:
    service_id: int
    consent: bool
    why: str
    officer_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """Everything that is known of a case."""

    case: Case
    facts: dict[str, str]
    history: list[Line]
    steps: list[Step]
    referrals: list[Referral]
    excluded: list[int]  # officers who shall not see it


def read(conn: Connection, viewer: Viewer, case: Case, now: datetime, act: Act = Act.READ) -> File:
    """The whole case; that this officer read it stands in its history from then on."""
    if case.waiting_since is not None or case.seen_at is None:
        cases.change(conn, case.id, seen_at=case.seen_at or now, waiting_since=None)
    case_history.append(conn, case.id, officer(viewer.officer_id), act, now)
    found = cases.get(conn, case.id)
    if found is None:
        raise LookupError(case.id)
    return File(
        found,
        cases.facts_of(conn, case.id),
        case_history.of_case(conn, case.id),
        steps_of(conn, case.id),
        _referrals(conn, case.id),
        _excluded(conn, case.id),
    )


def steps_of(conn: Connection, case_id: int) -> list[Step]:
    """In the order in which they were added."""
    keeper = case_keys.find(conn, case_id)
    query = select(case_steps).where(case_steps.c.case_id == case_id).order_by(case_steps.c.id)
    return [
        Step(
            row.id,
            keeper.open(_place("what", case_id), bytes(row.what)) if keeper else "",
            row.due_on,
            row.done_at,
        )
        for row in conn.execute(query)
    ]


def _referrals(conn: Connection, case_id: int) -> list[Referral]:
    keeper = case_keys.find(conn, case_id)
    query = select(case_referrals).where(case_referrals.c.case_id == case_id)
    return [
        Referral(
            row.service_id,
            row.consent,
            keeper.open(_place("why", case_id), bytes(row.why)) if keeper and row.why else "",
            row.officer_id,
            row.at,
        )
        for row in conn.execute(query.order_by(case_referrals.c.id))
    ]


def _excluded(conn: Connection, case_id: int) -> list[int]:
    query = select(case_exclusions.c.officer_id).where(case_exclusions.c.case_id == case_id)
    return list(conn.execute(query.order_by(case_exclusions.c.officer_id)).scalars())


def _place(column: str, case_id: int) -> str:
    return f"case.{column}|{case_id}"


def seal(conn: Connection, case_id: int, column: str, text: str) -> bytes:
    return case_keys.cipher(conn, case_id).seal(_place(column, case_id), text[:FIELD_MOST])
