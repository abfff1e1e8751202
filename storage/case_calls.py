"""What the clock reads of cases and writes to them; whom it calls: `care.case_calls`."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from care.case_calls import Step
from care.cases import Act, Case
from storage import case_history
from storage.case_tables import case_exclusions
from storage.case_tables import case_history as case_history_table
from storage.case_tables import cases as case_table


def excluded(conn: Connection) -> set[tuple[int, int]]:
    """Pairs of case and officer."""
    query = select(case_exclusions.c.case_id, case_exclusions.c.officer_id)
    return {(row.case_id, row.officer_id) for row in conn.execute(query)}


def offered_at(conn: Connection, case_ids: Collection[int]) -> dict[int, datetime]:
    """Case -> when it was last offered to another area."""
    line = case_history_table.c
    offers = (line.case_id.in_(case_ids), line.act == Act.MOVE_OFFERED.value)
    query = select(line.case_id, func.max(line.at).label("at")).where(*offers)
    return {row.case_id: row.at for row in conn.execute(query.group_by(line.case_id))}


def call(conn: Connection, case: Case, step: Step, now: datetime) -> bool:
    """False when somebody opened it, or the clock called, since it was looked at."""
    values = {"stage": step.stage, "highest": step.highest, "called_at": now}
    if not _unchanged(conn, case, {**values, "changed_at": now}):
        return False
    case_history.append(conn, case.id, case_history.CLOCK, step.act, now)
    return True


def give_up(conn: Connection, case: Case, now: datetime) -> bool:
    """Whoever had it keeps no cases there any more: it waits for another officer."""
    free = {"officer_id": None, "waiting_since": now, "called_at": None, "stage": 0}
    if not _unchanged(conn, case, {**free, "changed_at": now}):
        return False
    case_history.append(conn, case.id, case_history.CLOCK, Act.HANDED_BACK, now)
    return True


def _unchanged(conn: Connection, case: Case, values: dict[str, object]) -> bool:
    """Writes only over what was looked at."""
    table = case_table.c
    same = (
        table.id == case.id,
        table.waiting_since.is_not_distinct_from(case.waiting_since),
        table.officer_id.is_not_distinct_from(case.officer_id),
        table.closed_at.is_not_distinct_from(case.closed_at),
        table.stage == case.stage,
        table.highest == case.highest,
    )
    return conn.execute(update(case_table).where(*same).values(**values)).rowcount == 1
