"""Giving back what was planned but not sent: after a corrected date, and after a mistaken tap."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, update
from sqlalchemy.engine import Connection

from care.people import CaregiverState
from storage.decisions import WAITING
from storage.dialect import in_state
from storage.family_tables import caregivers
from storage.outbox import CANCELLED, PENDING, SENDING, SENT, UNKNOWN
from storage.tables import decisions, outbox

MERGED = "merged"
Key = tuple[str, int]  # item and slot


def free(conn: Connection, child_id: int, keys: Collection[Key]) -> None:
    """Opens these items of the child again for everybody who was not sent or told them.

    A withdrawn row left in place would count as "decided" and keep the item away on its new day.
    """
    if not keys:
        return
    values = [{"b_message": message, "b_slot": slot} for message, slot in sorted(keys)]
    for table in (outbox, decisions):
        which = [
            table.c.child_id == child_id,
            table.c.message == bindparam("b_message"),
            table.c.slot == bindparam("b_slot"),
        ]
        if table is outbox:
            # Not IN: a list cannot be bound when many keys are.
            which += [outbox.c.state != state for state in (SENDING, SENT, UNKNOWN)]
        else:
            which.append(decisions.c.state != MERGED)  # told in an answer or in another message
        conn.execute(delete(table).where(*which), values)


def restore(
    conn: Connection,
    reason: str,
    child_ids: Collection[int],
    caregiver_id: int | None,
    now: datetime,
    today: date,
    items: Collection[str] | None = None,
) -> None:
    """Undoes a withdrawal that was for `reason`, for one caregiver or all; the past stays past.

    `items`: only of these, else of all.
    """
    messages = [
        outbox.c.child_id.in_(child_ids),
        in_state(outbox.c.state, CANCELLED),
        outbox.c.reason == reason,
        outbox.c.expires_at > now,
    ]
    waits = [
        decisions.c.child_id.in_(child_ids),
        in_state(decisions.c.state, "skipped"),
        decisions.c.reason == reason,
        decisions.c.expires_on > today,
    ]
    if caregiver_id is not None:
        messages.append(outbox.c.caregiver_id == caregiver_id)
        waits.append(decisions.c.caregiver_id == caregiver_id)
    if items is not None:
        messages.append(outbox.c.message.in_(items))
        waits.append(decisions.c.message.in_(items))
    conn.execute(update(outbox).where(*messages).values(state=PENDING, reason=None, at=now))
    conn.execute(
        update(decisions)
        .where(*waits)
        .values(state=WAITING, reason="budget", retry_on=today + timedelta(days=1))
    )


def end_open_pause(conn: Connection, caregiver_ids: Collection[int]) -> None:
    """Wakes those whose pause has no end: only a reported loss makes such a pause."""
    conn.execute(
        update(caregivers)
        .where(
            caregivers.c.id.in_(caregiver_ids),
            caregivers.c.state == CaregiverState.PAUSED,
            caregivers.c.paused_until.is_(None),
        )
        .values(state=CaregiverState.ACTIVE)
    )
