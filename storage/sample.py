"""What only the demo needs: what was told in bulk, and messages that count as sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.engine import Connection

from care.duties import Record
from storage.dialect import in_state
from storage.family_tables import duty_records
from storage.outbox import PENDING, SENT
from storage.tables import outbox


def tell(
    conn: Connection,
    child_id: int,
    caregiver_id: int,
    told: Sequence[tuple[str, Record, datetime]],
) -> None:
    """What is known of the duties of a child of whom nothing was known: duty, what, when told."""
    rows = [
        {
            "child_id": child_id,
            "duty": duty,
            "state": record.state.value,
            "day": record.day,
            "source": record.source.value,
            "caregiver_id": caregiver_id,
            "at": at,
        }
        for duty, record, at in told
    ]
    if rows:
        conn.execute(insert(duty_records), rows)


def deliver(conn: Connection, now: datetime) -> int:
    """Everything that could have gone by now counts as sent when it could; returns how many."""
    due = (in_state(outbox.c.state, PENDING), outbox.c.not_before <= now)
    sent = {"state": SENT, "at": outbox.c.not_before, "attempts": 1}
    return conn.execute(update(outbox).where(*due).values(**sent)).rowcount
