"""The fence around sending: a message is claimed, sent, and its outcome stored.

After a crash the rows in `sending` are exactly those whose outcome nobody knows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.engine import Connection

from care.messages import LANES, Kind
from storage.dialect import in_state
from storage.outbox import EXPIRED, PENDING, SENDING
from storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Row:
    """A claimed message: what delivery needs to render and send it."""

    id: int
    caregiver_id: int | None
    address_id: int
    kind: Kind
    message: str
    child_id: int | None
    params: dict[str, Any]
    expires_at: datetime
    attempts: int
    resends: int


_claimed = (
    outbox.c.id,
    outbox.c.caregiver_id,
    outbox.c.address_id,
    outbox.c.kind,
    outbox.c.message,
    outbox.c.child_id,
    outbox.c.params,
    outbox.c.expires_at,
    outbox.c.attempts,
    outbox.c.resends,
)


def claim(
    conn: Connection,
    route: str,
    now: datetime,
    busy: Collection[int],
    quiet: bool,
    again: Collection[int] = (),
) -> Row | None:
    """Marks the best waiting message `sending` and returns it; None when nothing may go now.

    Order: lane, then time, then age. `busy` are addresses that got something a moment ago; a
    message of an address never overtakes an older one of the same lane, nor one of `again`, the
    rows that wait for another try. In quiet hours only replies and alerts go.
    """
    waiting = [
        outbox.c.route == route,
        in_state(outbox.c.state, PENDING),
        outbox.c.not_before <= now,
    ]
    if quiet:
        waiting.append(outbox.c.lane < int(LANES[Kind.REMINDER]))
    if busy:
        waiting.append(outbox.c.address_id.not_in(busy))
    if again:
        waiting.append(~_behind(again))
    query = (
        select(*_claimed)
        .where(*waiting)
        .order_by(outbox.c.lane, outbox.c.not_before, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = conn.execute(query).first()
    if row is None:
        return None
    conn.execute(
        update(outbox)
        .where(outbox.c.id == row.id)
        .values(state=SENDING, attempts=outbox.c.attempts + 1, at=now)
    )
    return _read(row)


def _behind(again: Collection[int]) -> ColumnElement[bool]:
    """True for a message whose address still waits for an older one of the same lane."""
    older = outbox.alias()
    return exists().where(
        older.c.id.in_(again),
        older.c.state.in_((PENDING, SENDING)),
        older.c.address_id == outbox.c.address_id,
        older.c.lane == outbox.c.lane,
        older.c.id < outbox.c.id,
    )


def _read(row: Any) -> Row:
    found = dict(row._mapping)
    found["kind"] = Kind(found["kind"])
    return Row(**found)


def claimed(conn: Connection, row_id: int) -> Row:
    """One row as a claim gives it, without claiming it."""
    return _read(conn.execute(select(*_claimed).where(outbox.c.id == row_id)).one())


def next_due(conn: Connection, route: str) -> datetime | None:
    """When the earliest waiting message of this route may go."""
    query = select(func.min(outbox.c.not_before)).where(
        outbox.c.route == route, in_state(outbox.c.state, PENDING)
    )
    return conn.execute(query).scalar_one_or_none()


def settle(
    conn: Connection,
    row_id: int,
    state: str,
    now: datetime,
    *,
    reason: str | None = None,
    ref: str | None = None,
) -> None:
    """The outcome of a claimed row; one whose time is over keeps the reason why it waited."""
    why = func.coalesce(outbox.c.reason, reason) if state == EXPIRED else reason
    conn.execute(
        update(outbox).where(outbox.c.id == row_id).values(state=state, reason=why, ref=ref, at=now)
    )


def release(
    conn: Connection, row_id: int, not_before: datetime, *, attempt: bool, resend: bool = False
) -> None:
    """Back to waiting. `attempt` False gives the attempt back; `resend` counts a possible copy."""
    conn.execute(
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(
            state=PENDING,
            not_before=not_before,
            attempts=outbox.c.attempts - (0 if attempt else 1),
            resends=outbox.c.resends + int(resend),
        )
    )


def delay_address(conn: Connection, address_id: int, not_before: datetime) -> list[int]:
    """The messenger wants a pause for this chat: what waits for it waits longer; those rows."""
    delayed = conn.execute(
        update(outbox)
        .where(
            outbox.c.address_id == address_id,
            in_state(outbox.c.state, PENDING),
            outbox.c.not_before < not_before,
        )
        .values(not_before=not_before)
        .returning(outbox.c.id)
    )
    return list(delayed.scalars())


def sending(conn: Connection, route: str) -> list[Row]:
    """After a crash: exactly the messages whose outcome nobody knows."""
    rows = conn.execute(
        select(*_claimed).where(outbox.c.route == route, in_state(outbox.c.state, SENDING))
    )
    return [_read(row) for row in rows]
