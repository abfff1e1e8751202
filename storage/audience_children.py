"""Which children an audience means: ages by SQL, duties by the rules of `care.reminding`."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.engine import Connection

from care.audience import Audience, Stands
from care.duties import TO_DO, State
from care.people import Child, ChildState
from care.reminding import Rules, standing_of
from storage import area_settings, duties
from storage import children as kids
from storage.family_tables import care_links, caregivers, children

LIVING = (ChildState.BORN, ChildState.EXPECTED)
LOST = (ChildState.LOST,)
_WANTED = {
    Stands.TO_DO: TO_DO,
    Stands.OPEN: frozenset({State.OPEN}),
    Stands.OVERDUE: frozenset({State.OVERDUE}),
}


def fits(audience: Audience, today: date, states: Collection[ChildState]) -> ColumnElement[bool]:
    """A child of these ages; of a lost one the dates that are known count."""
    in_care = children.c.state.in_([state.value for state in states])
    born, due = audience.born(today), audience.due(today)
    ages = []
    if born is not None:
        after_birth = children.c.state != ChildState.EXPECTED
        ages.append(and_(after_birth, children.c.born_on.between(*born)))
    if due is not None:
        unborn = and_(children.c.state != ChildState.BORN, children.c.born_on.is_(None))
        ages.append(and_(unborn, children.c.due_on.between(*due)))
    return and_(in_care, or_(*ages) if ages else true())


def fitting(
    conn: Connection,
    audience: Audience,
    today: date,
    rules: Rules,
    caregiver_ids: Sequence[int],
    states: Collection[ChildState],
) -> dict[int, tuple[int, ...]]:
    """Of each of these caregivers the children that fit; who has none is left out."""
    if not caregiver_ids:
        return {}
    rows: Sequence[Any] = conn.execute(
        select(care_links.c.caregiver_id, caregivers.c.area_id, care_links.c.child_id)
        .join_from(care_links, children, children.c.id == care_links.c.child_id)
        .join(caregivers, caregivers.c.id == care_links.c.caregiver_id)
        .where(care_links.c.caregiver_id.in_(caregiver_ids), fits(audience, today, states))
        .order_by(care_links.c.caregiver_id, care_links.c.child_id)
    ).all()
    if audience.duty is not None:
        rows = _by_duty(conn, audience, today, rules, rows)
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        found[row.caregiver_id] = (*found.get(row.caregiver_id, ()), row.child_id)
    return found


def _by_duty(
    conn: Connection, audience: Audience, today: date, rules: Rules, rows: Sequence[Any]
) -> list[Any]:
    """Those whose child stands with the duty as the audience wants."""
    duty = rules.duties.get(audience.duty or "")
    if duty is None or not rows:
        return []
    ids = sorted({row.child_id for row in rows})
    every = {child.id: child for child in kids.where(conn, children.c.id.in_(ids))}
    told = duties.of_children(conn, ids)
    local = area_settings.everywhere(conn)
    wanted = _WANTED[audience.stands]
    found = []
    for row in rows:
        child, place = _as_if_living(every[row.child_id]), local.of(row.area_id)
        known = told.get(child.id, {})
        if standing_of(rules, duty, child, known, today, place).state in wanted:
            found.append(row)
    return found


def _as_if_living(child: Child) -> Child:
    if child.state is not ChildState.LOST:
        return child
    state = ChildState.BORN if child.born_on is not None else ChildState.EXPECTED
    return replace(child, state=state)
