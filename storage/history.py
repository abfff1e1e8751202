"""What a caregiver has been told, unasked or on request."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from care.clock import local_day
from storage.outbox import SENT, UNKNOWN
from storage.tables import outbox

ROWS_LOOKED_AT = 400


class Told(NamedTuple):
    """`child_id` is None when the item was shown without a child, or nobody knows any more."""

    message: str
    child_id: int | None
    on: date


def told(conn: Connection, caregiver_id: int) -> list[Told]:
    """Items that reached this caregiver, newest first, each item and child once."""
    rows = conn.execute(
        select(
            outbox.c.message, outbox.c.child_id, outbox.c.params, outbox.c.planned_on, outbox.c.at
        )
        .where(
            outbox.c.caregiver_id == caregiver_id,
            outbox.c.state.in_((SENT, UNKNOWN)),
            outbox.c.message.not_like("%/%"),  # flow messages have a slash, items never
        )
        .order_by(func.coalesce(outbox.c.at, outbox.c.not_before).desc(), outbox.c.id.desc())
        .limit(ROWS_LOOKED_AT)
    )
    found: dict[tuple[str, int | None], Told] = {}
    for row in rows:
        child_id = row.child_id if row.child_id is not None else _shown_for(row.params)
        day = local_day(row.at) if row.at is not None else row.planned_on
        if day is not None:
            found.setdefault((row.message, child_id), Told(row.message, child_id, day))
    return list(found.values())


def _shown_for(params: Any) -> int | None:
    child = params.get("child") if isinstance(params, dict) else None
    return child if isinstance(child, int) else None
