"""What was told of a duty, and the reminders that this ends or brings back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.engine import Connection

from care.clock import local_day
from care.duties import Record
from care.reminding import SETTLES
from storage import decisions, duties, outbox, replanning


def tell(
    conn: Connection,
    child_id: int,
    duty: str,
    record: Record,
    items: Collection[str],
    caregiver_id: int | None,
    now: datetime,
) -> bool:
    """Keeps what was told. What is settled is reminded of no more, for nobody.

    `items`: the reminders of that duty. False when just that was known.
    """
    new = duties.put(conn, child_id, duty, record, caregiver_id, now)
    if record.state in SETTLES:
        reason, today = SETTLES[record.state].value, local_day(now)
        outbox.cancel_item(conn, child_id, items, reason, now)
        decisions.stop_waiting(conn, reason, today, child_id=child_id, messages=list(items))
    return new


def take_back(
    conn: Connection, child_id: int, duty: str, items: Collection[str], now: datetime
) -> None:
    """Nothing is known of it any more; what it withdrew comes after all."""
    known: Mapping[str, Record] = duties.of_child(conn, child_id)
    duties.remove(conn, child_id, duty)
    if duty in known and known[duty].state in SETTLES:
        reason = SETTLES[known[duty].state].value
        replanning.restore(conn, reason, [child_id], None, now, local_day(now), items)
