"""The families an officer may see: read in portions, so that nobody waits behind a big list.

Nicknames are sealed: whatever looks at names opens them, in the officer's areas only.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection

from care.families import Family, Person, put_together
from care.people import CaregiverState, Child, Role
from storage import children as kids
from storage.areas import within
from storage.family_tables import care_links, caregivers, children

PORTION = 1_000  # caregivers
MOST = 30_000  # whoever sees more chooses a place first

_PERSON = (
    caregivers.c.id,
    caregivers.c.state,
    caregivers.c.role,
    caregivers.c.area_id,
    caregivers.c.address_id,
    caregivers.c.route,
    caregivers.c.paused_until,
    caregivers.c.created_at,
)
_LINKED = care_links.join(caregivers, care_links.c.caregiver_id == caregivers.c.id)
_LINK = (care_links.c.child_id, care_links.c.caregiver_id)


class Portion(NamedTuple):
    people: list[Person]
    links: list[tuple[int, int]]  # (child, caregiver)
    children: list[Child]


def _here(areas: Collection[int], everywhere: bool) -> tuple[ColumnElement[bool], ...]:
    """Those who agreed, in these areas."""
    agreed = caregivers.c.state != CaregiverState.NEW
    return within(caregivers.c.area_id, areas, everywhere), agreed


def size(conn: Connection, areas: Collection[int], everywhere: bool) -> int:
    """How many caregivers there are."""
    query = select(func.count()).select_from(caregivers).where(*_here(areas, everywhere))
    return conn.execute(query).scalar_one()


def portion(conn: Connection, areas: Collection[int], everywhere: bool, after: int) -> Portion:
    """The next PORTION caregivers behind that id, with their children; empty at the end."""
    here = (*_here(areas, everywhere), caregivers.c.id > after)
    query = select(*_PERSON).where(*here).order_by(caregivers.c.id).limit(PORTION)
    people = [_person(row) for row in conn.execute(query)]
    if not people:
        return Portion([], [], [])
    return _with_children(conn, people, [*here, caregivers.c.id <= people[-1].id])


def _person(row: Any) -> Person:
    role = Role(row.role) if row.role else None
    return Person(row.id, CaregiverState(row.state), role, *row[3:])


def _with_children(
    conn: Connection, people: list[Person], which: Sequence[ColumnElement[bool]]
) -> Portion:
    links = conn.execute(select(*_LINK).select_from(_LINKED).where(*which).order_by(*_LINK))
    ours = select(care_links.c.child_id).select_from(_LINKED).where(*which)
    found = kids.where(conn, children.c.id.in_(ours))
    return Portion(people, [(row.child_id, row.caregiver_id) for row in links], found)


def families(conn: Connection, areas: Collection[int], everywhere: bool) -> list[Family]:
    """All of them at once."""
    people: list[Person] = []
    links: list[tuple[int, int]] = []
    found: list[Child] = []
    while (part := portion(conn, areas, everywhere, people[-1].id if people else 0)).people:
        people += part.people
        links += part.links
        found += part.children
    return put_together(people, links, found)


def family(
    conn: Connection, caregiver_id: int, areas: Collection[int], everywhere: bool
) -> Family | None:
    """The family of one caregiver; None where the officer may not look."""
    here = _here(areas, everywhere)
    known = set(_ids(conn, *here, caregivers.c.id == caregiver_id))
    grown = bool(known)
    while grown:  # through the children to whoever cares for them too
        theirs = select(care_links.c.child_id).where(care_links.c.caregiver_id.in_(known))
        around = select(care_links.c.caregiver_id).where(care_links.c.child_id.in_(theirs))
        wider = known | set(_ids(conn, *here, caregivers.c.id.in_(around)))
        grown, known = wider != known, wider
    which = (*here, caregivers.c.id.in_(known))
    people = [_person(row) for row in conn.execute(select(*_PERSON).where(*which))]
    return next(iter(put_together(*_with_children(conn, people, which))), None)


def of_child(
    conn: Connection, child_id: int, areas: Collection[int], everywhere: bool
) -> Family | None:
    """The family a child belongs to; None where the officer may not look."""
    first = conn.execute(
        select(func.min(caregivers.c.id))
        .select_from(_LINKED)
        .where(*_here(areas, everywhere), care_links.c.child_id == child_id)
    ).scalar()
    return None if first is None else family(conn, first, areas, everywhere)


def _ids(conn: Connection, *which: ColumnElement[bool]) -> list[int]:
    return list(conn.execute(select(caregivers.c.id).where(*which)).scalars())
