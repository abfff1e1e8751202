"""The planner's questions and its book of decisions: set-based, by indexed dates."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, or_, select
from sqlalchemy.engine import Connection

from care.people import CaregiverState, ChildState
from care.programme import Column, Opening
from storage.decisions import WAITING, record
from storage.dialect import in_state
from storage.family_tables import care_links, caregivers, children
from storage.outbox import PENDING, SENDING, SENT, UNKNOWN, add
from storage.prepared import Prepared, one_of
from storage.tables import decisions, outbox


class Due(NamedTuple):
    """One child of one caregiver for whom an opening may be sent; `anchor` is its stored date."""

    caregiver_id: int
    child_id: int
    anchor: date
    born_on: date | None
    corrected_on: date | None
    since: date
    state: str
    frequency: str
    send_minutes: int
    address_id: int | None
    route: str | None
    area_id: int | None


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
    area_id: int | None


_family = (
    caregivers.c.state,
    caregivers.c.frequency,
    caregivers.c.send_minutes,
    caregivers.c.address_id,
    caregivers.c.route,
    caregivers.c.area_id,
)
_reached = or_(
    caregivers.c.state == CaregiverState.ACTIVE, caregivers.c.state == CaregiverState.PAUSED
)


def _about(table: Any) -> tuple[Any, ...]:
    return (
        table.c.message == bindparam("message"),
        table.c.slot == bindparam("slot"),
        table.c.child_id == children.c.id,
    )


def _opening_query(column: Column) -> Prepared:
    """Whose day it is, and whether anything was decided for them: answered by indexes alone."""
    anchor = children.c[column.value]
    settled = exists().where(*_about(outbox)) | exists().where(*_about(decisions))
    return Prepared(
        lambda _: select(children.c.id, anchor, settled).where(
            anchor.between(
                bindparam("low", type_=anchor.type), bindparam("high", type_=anchor.type)
            )
        )
    )


_OPENING = {column: _opening_query(column) for column in Column}


def _settled_query(table: Any) -> Prepared:
    return Prepared(
        lambda _: select(table.c.child_id, table.c.caregiver_id).where(
            table.c.message == bindparam("message"),
            table.c.slot == bindparam("slot"),
            one_of(table.c.child_id),
        )
    )


_SETTLED = [_settled_query(table) for table in (outbox, decisions)]
_FAMILIES = Prepared(
    lambda _: (
        select(
            children.c.id,
            children.c.state.label("child_state"),
            caregivers.c.id.label("caregiver_id"),
            children.c.born_on,
            children.c.corrected_on,
            care_links.c.since,
            *_family,
        )
        .select_from(
            children.join(care_links, care_links.c.child_id == children.c.id).join(
                caregivers, caregivers.c.id == care_links.c.caregiver_id
            )
        )
        .where(one_of(children.c.id), _reached)
    )
)


def due(conn: Connection, openings: Sequence[Opening], first: date, last: date) -> list[list[Due]]:
    """For each opening, who it opens for in first..last and has no message or decision yet.

    The families are read in the order of their children, so that a page of the tables is read
    once for all openings and not once for each.
    """
    reached = [_opening_for(conn, opening, first, last) for opening in openings]
    families = _families_of(conn, sorted({child_id for rows in reached for child_id, *_ in rows}))
    found: list[list[Due]] = []
    for opening, rows in zip(openings, reached, strict=True):
        state = ChildState.EXPECTED if opening.column is Column.DUE else ChildState.BORN
        settled = _settled(conn, opening, [child_id for child_id, _, some in rows if some])
        found.append(
            [
                Due(family.caregiver_id, child_id, anchor, *family[3:])
                for child_id, anchor, _ in rows
                for family in families.get(child_id, ())
                if family.child_state == state and (child_id, family.caregiver_id) not in settled
            ]
        )
    return found


def _opening_for(conn: Connection, opening: Opening, first: date, last: date) -> list[Any]:
    reach = opening.anchors(first, last)
    if reach is None:
        return []
    return _OPENING[opening.column].rows(
        conn, low=reach[0], high=reach[1], message=opening.item.id, slot=opening.slot
    )


def _families_of(conn: Connection, child_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in _FAMILIES.rows_of(conn, child_ids):
        found.setdefault(row.id, []).append(row)
    return found


def _settled(conn: Connection, opening: Opening, child_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(child, caregiver) pairs that have a message or a decision about this opening."""
    about = {"message": opening.item.id, "slot": opening.slot}
    return {pair for query in _SETTLED for pair in query.rows_of(conn, child_ids, **about)}


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
        decisions.join(children, children.c.id == decisions.c.child_id)
        .join(caregivers, caregivers.c.id == decisions.c.caregiver_id)
        .join(
            care_links,
            (care_links.c.child_id == children.c.id)
            & (care_links.c.caregiver_id == caregivers.c.id),
        )
    )
    .where(
        in_state(decisions.c.state, WAITING), decisions.c.retry_on <= bindparam("today"), _reached
    )
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


_live = or_(*(outbox.c.state == state for state in (PENDING, SENDING, SENT, UNKNOWN)))
_PUSHED = Prepared(
    lambda _: select(
        outbox.c.caregiver_id,
        outbox.c.planned_on,
        outbox.c.message,
        outbox.c.child_id,
        outbox.c.state,
    ).where(
        one_of(outbox.c.caregiver_id),
        outbox.c.planned_on > bindparam("after", type_=outbox.c.planned_on.type),
        outbox.c.child_id.is_not(None),
        _live,
    )
)


def pushed(conn: Connection, caregiver_ids: Sequence[int], after: date) -> list[Pushed]:
    """Pushes of these caregivers planned later than `after`, sent or still waiting."""
    return [Pushed(*row) for row in _PUSHED.rows_of(conn, caregiver_ids, after=after)]


_SEVERAL = Prepared(
    lambda _: (
        select(care_links.c.caregiver_id)
        .where(one_of(care_links.c.caregiver_id))
        .group_by(care_links.c.caregiver_id)
        .having(func.count() > 1)
    )
)


def with_siblings(conn: Connection, caregiver_ids: Sequence[int]) -> set[int]:
    return {row.caregiver_id for row in _SEVERAL.rows_of(conn, caregiver_ids)}


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
    added = add(conn, messages)
    record(conn, kept)
    return added
