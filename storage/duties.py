"""What is known of the duties of a child; one row a duty, the last word counts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from care.duties import Record, Source, Told
from storage.dialect import insert_new
from storage.family_tables import duty_records
from storage.prepared import Prepared, one_of

_OF_CHILDREN = Prepared(
    lambda _: select(
        duty_records.c.child_id,
        duty_records.c.duty,
        duty_records.c.state,
        duty_records.c.day,
        duty_records.c.source,
    ).where(one_of(duty_records.c.child_id))
)


def put(
    conn: Connection,
    child_id: int,
    duty: str,
    record: Record,
    caregiver_id: int | None,
    now: datetime,
) -> bool:
    """Keeps what was told last; False when just that was known already."""
    values = {
        "state": record.state.value,
        "day": record.day,
        "source": record.source.value,
        "caregiver_id": caregiver_id,
        "at": now,
    }
    if _is_known(conn, child_id, duty, record):
        return False
    which = (duty_records.c.child_id == child_id, duty_records.c.duty == duty)
    new = insert_new(conn, duty_records).values(child_id=child_id, duty=duty, **values)
    if conn.execute(new).rowcount:
        return True
    if _is_known(conn, child_id, duty, record):  # somebody else just said so
        return False
    conn.execute(update(duty_records).where(*which).values(**values))
    return True


def _is_known(conn: Connection, child_id: int, duty: str, record: Record) -> bool:
    known = of_child(conn, child_id).get(duty)
    return known is not None and known.state is record.state and record.day in (None, known.day)


def mark_done(
    conn: Connection,
    child_id: int,
    duty: str,
    caregiver_id: int,
    now: datetime,
    day: date | None = None,
) -> bool:
    """False when it was marked before."""
    return put(conn, child_id, duty, Record(Told.DONE, day), caregiver_id, now)


def done(conn: Connection, child_id: int) -> dict[str, date | None]:
    """The duties that are done, and when; None when the day was not told."""
    return dates(of_child(conn, child_id))


def remove(conn: Connection, child_id: int, duty: str) -> bool:
    """Back to unknown; False when nothing was known."""
    which = (duty_records.c.child_id == child_id, duty_records.c.duty == duty)
    return conn.execute(delete(duty_records).where(*which)).rowcount > 0


def of_child(conn: Connection, child_id: int) -> dict[str, Record]:
    return of_children(conn, [child_id]).get(child_id, {})


def of_children(conn: Connection, child_ids: Sequence[int]) -> dict[int, dict[str, Record]]:
    """By child, then by duty; children of whom nothing is known are left out."""
    found: dict[int, dict[str, Record]] = {}
    for child_id, duty, state, day, source in _OF_CHILDREN.rows_of(conn, child_ids):
        record = Record(Told(state), day, Source(source))
        found.setdefault(child_id, {})[duty] = record
    return found


def dates(records: Mapping[str, Record]) -> dict[str, date | None]:
    """The duties that are done, and when; None when the day was not told."""
    return {duty: r.day for duty, r in records.items() if r.state is Told.DONE}
