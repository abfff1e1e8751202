"""Everything a family receives: a row each, claimed behind a fence, with its outcome."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.engine import Connection

from care.discreet import CARDS, CONVERSATIONS
from care.messages import LANES, Kind
from storage.dialect import in_state, insert_new
from storage.family_tables import caregivers
from storage.prepared import Prepared
from storage.tables import outbox

PENDING, SENDING, SENT = "pending", "sending", "sent"
EXPIRED, CANCELLED, FAILED, UNKNOWN = "expired", "cancelled", "failed", "unknown"


def values(
    *,
    kind: Kind,
    address_id: int,
    route: str,
    message: str,
    not_before: datetime,
    expires_at: datetime,
    caregiver_id: int | None,
    child_id: int | None = None,
    slot: int = 0,
    params: dict[str, Any] | None = None,
    planned_on: date | None = None,
) -> dict[str, Any]:
    """The columns of a new row."""
    return {
        "kind": kind.value,
        "lane": int(LANES[kind]),
        "address_id": address_id,
        "route": route,
        "message": message,
        "not_before": not_before,
        "expires_at": expires_at,
        "caregiver_id": caregiver_id,
        "child_id": child_id,
        "slot": slot,
        "params": params or {},
        "planned_on": planned_on,
        "state": PENDING,
        "attempts": 0,
        "resends": 0,
    }


_ADD = Prepared(
    lambda conn: insert_new(conn, outbox),
    [c.name for c in outbox.columns if c.name not in ("id", "reason", "ref", "at")],
)


def add(conn: Connection, rows: Iterable[dict[str, Any]]) -> int:
    """Adds messages; one already there (same item, child, caregiver, slot) is left alone."""
    wanted = list(rows)
    return _ADD.run_many(conn, wanted) if wanted else 0


def next_slot(conn: Connection, message: str, child_id: int, caregiver_id: int, first: int) -> int:
    """The first free slot from `first` on: a message that may come more than once."""
    query = select(func.max(outbox.c.slot)).where(
        outbox.c.message == message,
        outbox.c.child_id == child_id,
        outbox.c.caregiver_id == caregiver_id,
        outbox.c.slot >= first,
    )
    last: int | None = conn.execute(query).scalar_one()
    return first if last is None else last + 1


def expire(conn: Connection, now: datetime) -> int:
    """Waiting messages past their time will never go; the row says so."""
    over = (in_state(outbox.c.state, PENDING), outbox.c.expires_at <= now)
    conn.execute(update(outbox).where(*over, of_a_discreet_dialogue()).values(params={}))
    why = func.coalesce(outbox.c.reason, "window")  # it may have waited for the person to write
    ended = {"state": EXPIRED, "reason": why, "at": now}
    return conn.execute(update(outbox).where(*over).values(**ended)).rowcount


def of_a_discreet_dialogue() -> ColumnElement[bool]:
    """`care.discreet.is_discreet`, for rows."""
    begins = (outbox.c.message.startswith(conversation) for conversation in CONVERSATIONS)
    return or_(outbox.c.message.in_(sorted(CARDS)), *begins)


def _cancel(conn: Connection, which: ColumnElement[bool], reason: str, now: datetime) -> int:
    result = conn.execute(
        update(outbox)
        .where(which, in_state(outbox.c.state, PENDING))
        .values(state=CANCELLED, reason=reason, at=now)
    )
    return result.rowcount


def cancel_address(conn: Connection, address_id: int, reason: str, now: datetime) -> int:
    return _cancel(conn, outbox.c.address_id == address_id, reason, now)


def cancel_child(conn: Connection, child_id: int, reason: str, now: datetime) -> int:
    """Every waiting push about a child, for all its caregivers."""
    return _cancel(conn, outbox.c.child_id == child_id, reason, now)


def cancel_pushes(conn: Connection, caregiver_id: int, reason: str, now: datetime) -> int:
    """Everything unasked that waits for one caregiver; replies still go."""
    mine = (outbox.c.caregiver_id == caregiver_id) & outbox.c.planned_on.is_not(None)
    return _cancel(conn, mine, reason, now)


def cancel_item(
    conn: Connection,
    child_id: int,
    messages: Collection[str],
    reason: str,
    now: datetime,
    caregiver_id: int | None = None,
) -> int:
    """Waiting messages of these items about a child, for one caregiver or all."""
    which = (outbox.c.child_id == child_id) & outbox.c.message.in_(messages)
    if caregiver_id is not None:
        which &= outbox.c.caregiver_id == caregiver_id
    return _cancel(conn, which, reason, now)


def reroute(conn: Connection, caregiver_id: int, gone_address: int) -> int:
    """Waiting pushes follow the caregiver to the address that took over; returns how many."""
    row = conn.execute(
        select(caregivers.c.address_id, caregivers.c.route).where(caregivers.c.id == caregiver_id)
    ).first()
    if row is None or row.address_id is None:
        return 0
    result = conn.execute(
        update(outbox)
        .where(
            outbox.c.address_id == gone_address,
            in_state(outbox.c.state, PENDING),
            outbox.c.planned_on.is_not(None),
        )
        .values(address_id=row.address_id, route=row.route)
    )
    return result.rowcount


def told(conn: Connection, caregiver_id: int, limit: int = 30) -> list[tuple[str, int, date]]:
    """Items this caregiver got, newest first: (message, child, day). For "earlier tips"."""
    rows = conn.execute(
        select(outbox.c.message, outbox.c.child_id, outbox.c.planned_on)
        .where(
            outbox.c.caregiver_id == caregiver_id,
            outbox.c.state.in_((SENT, UNKNOWN)),
            outbox.c.planned_on.is_not(None),
            outbox.c.child_id.is_not(None),
        )
        .order_by(outbox.c.planned_on.desc(), outbox.c.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def last_of(
    conn: Connection, message: str, caregiver_id: int, until: datetime | None = None
) -> datetime | None:
    """For when this person got, or will get, the latest of these messages; or got it by then."""
    mine = [outbox.c.caregiver_id == caregiver_id, outbox.c.message == message]
    if until is not None:
        mine.append(outbox.c.not_before <= until)
    last: datetime | None = conn.execute(
        select(func.max(outbox.c.not_before)).where(*mine)
    ).scalar_one()
    return last


def states_by_slot(conn: Connection, message: str, caregiver_id: int) -> dict[int, str]:
    mine = (outbox.c.caregiver_id == caregiver_id, outbox.c.message == message)
    rows = conn.execute(select(outbox.c.slot, outbox.c.state).where(*mine).order_by(outbox.c.id))
    return {row.slot: row.state for row in rows}


def described(conn: Connection, ids: Collection[int]) -> dict[int, tuple[int, list[int], str, int]]:
    """For each row: caregiver, the children it speaks of, kind, slot."""
    found = {}
    for row in conn.execute(select(outbox).where(outbox.c.id.in_(ids))):
        named = row.params.get("children") or ([row.child_id] if row.child_id else [])
        found[row.id] = (row.caregiver_id or 0, named, row.kind, row.slot)
    return found


def waiting(conn: Connection) -> dict[str, int]:
    """How many messages are pending and how many under way; answered by two small indexes."""
    found = {}
    for state in (PENDING, SENDING):
        count = select(func.count()).where(in_state(outbox.c.state, state))
        found[state] = conn.execute(count).scalar_one()
    return found


def forget(conn: Connection, before: datetime) -> None:
    """Settled replies lose their parameters; what was pushed keeps its id, never its words."""
    conn.execute(
        update(outbox)
        .where(outbox.c.planned_on.is_(None), outbox.c.at < before, outbox.c.state != PENDING)
        .values(params={})
    )


def last_ref(conn: Connection, caregiver_id: int, address_id: int, since: datetime) -> str | None:
    """The messenger's reference of the newest screen of a report; edits bring none of their own."""
    query = select(outbox.c.ref).where(
        outbox.c.caregiver_id == caregiver_id,
        outbox.c.planned_on.is_(None),
        outbox.c.address_id == address_id,
        outbox.c.message.startswith("report/"),
        outbox.c.ref.is_not(None),
        outbox.c.not_before >= since,
    )
    found: str | None = conn.execute(query.order_by(outbox.c.id.desc()).limit(1)).scalar()
    return found
