"""Numbers for the first page of officers: people and messages over time, places, channels.

Each within the areas an officer may see; counted by the database, so that a large area stays quick.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select, true
from sqlalchemy.engine import Connection

from care.messages import Kind
from care.people import CaregiverState
from storage.areas import within
from storage.dialect import in_state
from storage.family_tables import caregivers
from storage.outbox import PENDING, SENT
from storage.tables import areas, outbox

UNASKED = tuple(k.value for k in (Kind.TIP, Kind.REMINDER, Kind.CAMPAIGN, Kind.ALERT))


class Sent(NamedTuple):
    """`counts`: unasked messages from each moment to the next; `last`: of every way."""

    counts: list[int]
    last: dict[str, datetime]


class Waiting(NamedTuple):
    messages: int
    since: datetime


class Below(NamedTuple):
    """`units`: id -> name; `unit_of`: the unit a unit further down belongs to, None for others."""

    units: dict[int, str]
    unit_of: dict[int, int | None]


def joined_before(
    conn: Connection, ids: Collection[int], everywhere: bool, moments: Sequence[datetime]
) -> list[int]:
    """How many of today's caregivers had joined by each moment."""
    sums = [_how_many(caregivers.c.created_at < moment) for moment in moments]
    return list(conn.execute(select(*sums).where(*_agreed(ids, everywhere))).one())


def sent(
    conn: Connection, ids: Collection[int], everywhere: bool, moments: Sequence[datetime]
) -> Sent:
    """One pass over the messages since the first moment: seconds for a province."""
    unasked = outbox.c.kind.in_(UNASKED)
    sums = [
        _how_many(and_(unasked, outbox.c.at >= start, outbox.c.at < end))
        for start, end in pairwise(moments)
    ]
    since = (in_state(outbox.c.state, SENT), outbox.c.at >= moments[0])
    query = select(outbox.c.route, func.max(outbox.c.at), *sums)
    query = query.where(*since, _ours(ids, everywhere)).group_by(outbox.c.route)
    rows = conn.execute(query).all()
    counts = [sum(counted) for counted in zip(*(row[2:] for row in rows), strict=True)]
    return Sent(counts or [0] * len(sums), {row[0]: row[1] for row in rows})


def waiting(
    conn: Connection, ids: Collection[int], everywhere: bool, now: datetime
) -> dict[str, Waiting]:
    """What could have gone by now, by the way it goes."""
    query = select(outbox.c.route, func.count(), func.min(outbox.c.not_before)).where(
        in_state(outbox.c.state, PENDING), outbox.c.not_before <= now, _ours(ids, everywhere)
    )
    return {row[0]: Waiting(*row[1:]) for row in conn.execute(query.group_by(outbox.c.route))}


def below(conn: Connection, area_id: int, ids: Collection[int], everywhere: bool) -> Below:
    """The units right below this one, in the order of names."""
    rows = conn.execute(
        select(areas.c.id, areas.c.parent_id, areas.c.name)
        .where(within(areas.c.id, ids, everywhere))
        .order_by(areas.c.search_key, areas.c.id)
    ).all()
    parents = {row.id: row.parent_id for row in rows}
    units = {row.id: row.name for row in rows if row.parent_id == area_id}
    return Below(units, {area: _unit_of(area, units, parents) for area in parents})


def _unit_of(
    area: int | None, units: Mapping[int, str], parents: Mapping[int, int | None]
) -> int | None:
    while area is not None and area not in units:
        area = parents.get(area)
    return area


def people_by_area(
    conn: Connection, ids: Collection[int], everywhere: bool
) -> dict[int | None, int]:
    """Caregivers by the unit they named themselves."""
    query = select(caregivers.c.area_id, func.count()).where(*_agreed(ids, everywhere))
    return {row[0]: row[1] for row in conn.execute(query.group_by(caregivers.c.area_id))}


def _how_many(true: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((true, 1), else_=0)), 0)


def _agreed(ids: Collection[int], everywhere: bool) -> tuple[ColumnElement[bool], ...]:
    agreed = caregivers.c.state != CaregiverState.NEW
    return within(caregivers.c.area_id, ids, everywhere), agreed


def _ours(ids: Collection[int], everywhere: bool) -> ColumnElement[bool]:
    """Messages to people of these areas; one by one they would be looked up for minutes."""
    people = select(caregivers.c.id).where(caregivers.c.area_id.in_(ids))
    return true() if everywhere else outbox.c.caregiver_id.in_(people)
