"""The book of decisions: why something was not sent, or not yet."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from care.programme import Opening
from storage.dialect import in_state, insert_new
from storage.prepared import Prepared
from storage.tables import decisions

WAITING = "waiting"


def decision(
    opening: Opening,
    child_id: int,
    caregiver_id: int,
    opened_on: date,
    expires_on: date,
    state: str,
    reason: str,
    decided_on: date,
    retry_on: date | None = None,
) -> dict[str, Any]:
    """The columns of a decision row."""
    return {
        "message": opening.item.id,
        "slot": opening.slot,
        "child_id": child_id,
        "caregiver_id": caregiver_id,
        "opened_on": opened_on,
        "expires_on": expires_on,
        "state": state,
        "reason": reason,
        "decided_on": decided_on,
        "retry_on": retry_on,
    }


_RECORD = Prepared(
    lambda conn: insert_new(conn, decisions), [column.name for column in decisions.columns]
)


def record(conn: Connection, rows: Iterable[dict[str, Any]]) -> None:
    wanted = list(rows)
    if wanted:
        _RECORD.run_many(conn, wanted)


def stop_waiting(
    conn: Connection,
    reason: str,
    today: date,
    *,
    child_id: int | None = None,
    caregiver_id: int | None = None,
    messages: Sequence[str] | None = None,
) -> None:
    """What waits for this child or caregiver will not come; the row keeps the reason."""
    which = [in_state(decisions.c.state, WAITING)]
    if child_id is not None:
        which.append(decisions.c.child_id == child_id)
    if caregiver_id is not None:
        which.append(decisions.c.caregiver_id == caregiver_id)
    if messages is not None:
        which.append(decisions.c.message.in_(messages))
    conn.execute(
        update(decisions)
        .where(*which)
        .values(state="skipped", reason=reason, retry_on=None, decided_on=today)
    )


def of_caregiver(conn: Connection, caregiver_id: int) -> list[Any]:
    """Every decision not to send to one caregiver: "why was this not sent?"."""
    return list(
        conn.execute(select(decisions).where(decisions.c.caregiver_id == caregiver_id)).mappings()
    )


def reasons(conn: Connection) -> list[tuple[str, str, str, int]]:
    """How often each item was not sent: (message, state, reason, count)."""
    query = select(
        decisions.c.message, decisions.c.state, decisions.c.reason, func.count()
    ).group_by(decisions.c.message, decisions.c.state, decisions.c.reason)
    return [(row[0], row[1], row[2], row[3]) for row in conn.execute(query)]


def dropped(conn: Connection, messages: Collection[str]) -> list[tuple[str, date]]:
    """Those of these items whose last day passed while they waited: (message, last day)."""
    query = select(decisions.c.message, decisions.c.expires_on).where(
        decisions.c.message.in_(messages),
        in_state(decisions.c.state, "expired"),
        decisions.c.reason == "window",
    )
    return [(row[0], row[1]) for row in conn.execute(query)]
