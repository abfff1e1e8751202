"""A child that died, or is no longer here: everything about it stops, and can be taken back."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.engine import Connection

from care.choosing import Reason
from care.people import CaregiverState, Child, ChildState
from storage import children, decisions, outbox, replanning, tombstones
from storage.family_tables import caregivers
from storage.tombstones import Kind

LOSS, MOVED = Reason.LOSS.value, Reason.MOVED.value
_LIVING = (ChildState.EXPECTED, ChildState.BORN)
_AWAKE = (CaregiverState.ACTIVE, CaregiverState.PAUSED)


def died(
    conn: Connection, child: Child, quiet: Collection[int], now: datetime, today: date
) -> None:
    """Nothing about the child for anybody; those in `quiet` are left in peace altogether."""
    children.change(conn, child, state=ChildState.LOST, lost_on=today)
    tombstones.of_child(conn, Kind.LOST, child.id, child.joined_on, now)
    _stop(conn, child, LOSS, now, today)
    for caregiver_id in quiet:
        outbox.cancel_pushes(conn, caregiver_id, LOSS, now)
        decisions.stop_waiting(conn, LOSS, today, caregiver_id=caregiver_id)
    conn.execute(
        update(caregivers)
        .where(caregivers.c.id.in_(quiet), caregivers.c.state.in_(_AWAKE))
        .values(state=CaregiverState.PAUSED, paused_until=None)
    )


def moved(conn: Connection, child: Child, now: datetime, today: date) -> None:
    """The child lives elsewhere, with others; what its caregivers get about siblings goes on."""
    children.change(conn, child, state=ChildState.GONE)
    tombstones.of_child(conn, Kind.MOVED, child.id, child.joined_on, now)
    _stop(conn, child, MOVED, now, today)


def _stop(conn: Connection, child: Child, reason: str, now: datetime, today: date) -> None:
    outbox.cancel_child(conn, child.id, reason, now)
    decisions.stop_waiting(conn, reason, today, child_id=child.id)


def undo(
    conn: Connection, child: Child, quiet: Collection[int], now: datetime, today: date
) -> None:
    """It was a mistake: everything is as it was before, but for what has passed meanwhile."""
    lost = child.state is ChildState.LOST
    reason = LOSS if lost else MOVED
    state = ChildState.BORN if child.born_on else ChildState.EXPECTED
    children.change(conn, child, state=state, lost_on=None)
    tombstones.of_child(conn, Kind.BACK, child.id, child.joined_on, now)
    replanning.restore(conn, reason, [child.id], None, now, today)
    if not lost:
        return
    for caregiver_id in quiet:
        living = [c.id for c in children.of_caregiver(conn, caregiver_id) if c.state in _LIVING]
        replanning.restore(conn, LOSS, living, caregiver_id, now, today)
    replanning.end_open_pause(conn, children.caregivers_of(conn, child.id))
