"""An officer is disabled: the officer's cases wait for somebody else."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.cases import Act
from storage import case_history, cases
from storage.case_tables import cases as case_table


def free(conn: Connection, officer_id: int, now: datetime) -> None:
    """Whoever sees such a case is called as for a new one."""
    theirs = (case_table.c.officer_id == officer_id, case_table.c.closed_at.is_(None))
    query = select(case_table.c.id).where(*theirs).order_by(case_table.c.id).with_for_update()
    for case_id in list(conn.execute(query).scalars()):
        waits = {"officer_id": None, "waiting_since": now, "called_at": None, "stage": 0}
        cases.change(conn, case_id, changed_at=now, **waits)
        case_history.append(conn, case_id, case_history.CLOCK, Act.HANDED_BACK, now)
