"""The planner's questions and its book of decisions: set-based, by indexed dates."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.engine import Connection

from care.people import CaregiverState, ChildState
from care.programme import Column, Opening
from storage.dialect import insert_new
from storage.outbox import PENDING, SENDING, SENT, UNKNOWN
from storage.tables import care_links, caregivers, children, decisions, duties_done, outbox

WAITING = "waiting"


class Due(NamedTuple):
    """One child of one caregiver for whom an opening may be sent; `anchor` is its stored date."""

    caregiver_id: int
    child_id: int
    anchor: date
    born_on: date | None
    since: date
    state: str
    frequency: str
    send_minutes: int
    address_id: int | None
    route: str | None


class Waited(NamedTuple):
    """A decision to wait whose day has come."""

    caregiver_id: int
    child_id: int
    message: str
    slot: int
    opened_on: date
    expires_on: date
    born_on: date | None
    state: str
    frequency: str
    send_minutes: int
    address_id: int | None
    route: str | None


_family = (
    caregivers.c.state,
    caregivers.c.frequency,
    caregivers.c.send_minutes,
    caregivers.c.address_id,
    caregivers.c.route,
)
_reached = caregivers.c.state.in_((CaregiverState.ACTIVE, CaregiverState.PAUSED))
_linked = children.join(care_links, care_links.c.child_id == children.c.id).join(
    caregivers, caregivers.c.id == care_links.c.caregiver_id
)


def _settled(table: Any) -> Any:
    return exists().where(
        table.c.message == bindparam("message"),
        table.c.slot == bindparam("slot"),
        table.c.child_id == children.c.id,
        table.c.caregiver_id == caregivers.c.id,
    )


def _due_query(column: Column) -> Any:
    anchor = children.c[column.value]
    state = ChildState.EXPECTED if column is Column.DUE else ChildState.BORN
    return (
        select(
            caregivers.c.id, children.c.id, anchor, children.c.born_on, care_links.c.since, *_family
        )
        .select_from(_linked)
        .where(
            anchor.between(bindparam("low"), bindparam("high")),
            children.c.state == state,
            _reached,
            ~_settled(outbox),
            ~_settled(decisions),
        )
    )


_DUE = {column: _due_query(column) for column in Column}


def due(conn: Connection, openings: Sequence[Opening], first: date, last: date) -> list[list[Due]]:
    """For each opening, who it opens for in first..last and has no message or decision yet."""
    found: list[list[Due]] = []
    for opening in openings:
        reach = opening.anchors(first, last)
        if reach is None:
            found.append([])
            continue
        values = {
            "low": reach[0],
            "high": reach[1],
            "message": opening.item.id,
            "slot": opening.slot,
        }
        rows = conn.execute(_DUE[opening.column], values).all()
        found.append([Due(*row) for row in rows])
    return found


_WAITED = (
    select(
        decisions.c.caregiver_id,
        decisions.c.child_id,
        decisions.c.message,
        decisions.c.slot,
        decisions.c.opened_on,
        decisions.c.expires_on,
        children.c.born_on,
        *_family,
    )
    .select_from(
        decisions.join(children, children.c.id == decisions.c.child_id).join(
            caregivers, caregivers.c.id == decisions.c.caregiver_id
        )
    )
    .where(decisions.c.state == WAITING, decisions.c.retry_on <= bindparam("today"), _reached)
)


def waited(conn: Connection, today: date) -> list[Waited]:
    rows: Any = conn.execute(_WAITED, {"today": today})
    return [Waited(*row) for row in rows]


class Pushed(NamedTuple):
    caregiver_id: int
    on: date
    message: str
    child_id: int
    state: str


_live = outbox.c.state.in_((PENDING, SENDING, SENT, UNKNOWN))
_PUSHED = select(
    outbox.c.caregiver_id,
    outbox.c.planned_on,
    outbox.c.message,
    outbox.c.child_id,
    outbox.c.state,
).where(
    outbox.c.caregiver_id.in_(bindparam("ids", expanding=True)),
    outbox.c.planned_on > bindparam("after"),
    outbox.c.child_id.is_not(None),
    _live,
)


def pushed(conn: Connection, caregiver_ids: Sequence[int], after: date) -> list[Pushed]:
    """Pushes of these caregivers planned later than `after`, sent or still waiting."""
    rows = conn.execute(_PUSHED, {"ids": list(caregiver_ids), "after": after})
    return [Pushed(*row) for row in rows]


_SEVERAL = (
    select(care_links.c.caregiver_id)
    .where(care_links.c.caregiver_id.in_(bindparam("ids", expanding=True)))
    .group_by(care_links.c.caregiver_id)
    .having(func.count() > 1)
)


def with_siblings(conn: Connection, caregiver_ids: Sequence[int]) -> set[int]:
    return set(conn.execute(_SEVERAL, {"ids": list(caregiver_ids)}).scalars())


def done(conn: Connection, child_ids: Sequence[int]) -> set[tuple[int, str]]:
    """(child, duty) pairs that are done."""
    query = select(duties_done.c.child_id, duties_done.c.duty).where(
        duties_done.c.child_id.in_(child_ids)
    )
    return {(row[0], row[1]) for row in conn.execute(query)}


_KEY = (
    decisions.c.message == bindparam("b_message"),
    decisions.c.child_id == bindparam("b_child_id"),
    decisions.c.caregiver_id == bindparam("b_caregiver_id"),
    decisions.c.slot == bindparam("b_slot"),
)


def store(
    conn: Connection,
    messages: list[dict[str, Any]],
    kept: list[dict[str, Any]],
    settled: list[tuple[str, int, int, int]],
) -> int:
    """One batch of a plan: outbox rows, decision rows, and waiting rows that are now settled.

    Running it twice changes nothing. Returns how many messages were new.
    """
    if settled:
        names = ("b_message", "b_child_id", "b_caregiver_id", "b_slot")
        conn.execute(
            delete(decisions).where(*_KEY), [dict(zip(names, k, strict=True)) for k in settled]
        )
    added = conn.execute(insert_new(conn, outbox), messages).rowcount if messages else 0
    if kept:
        conn.execute(insert_new(conn, decisions), kept)
    return added


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


def record(conn: Connection, rows: Iterable[dict[str, Any]]) -> None:
    wanted = list(rows)
    if wanted:
        conn.execute(insert_new(conn, decisions), wanted)


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
    which = [decisions.c.state == WAITING]
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


def erase_child(conn: Connection, child_id: int, caregiver_id: int | None = None) -> None:
    """Decisions and outbox rows about a child, for one caregiver or for all."""
    for table in (decisions, outbox):
        which = [table.c.child_id == child_id]
        if caregiver_id is not None:
            which.append(table.c.caregiver_id == caregiver_id)
        conn.execute(delete(table).where(*which))
