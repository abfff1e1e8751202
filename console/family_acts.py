"""What an officer does for one family. Everything is checked again where it is written."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from care.clock import local_day
from care.families import Family, Person
from care.immunisation import State as Dosing
from care.people import Child, ChildState
from care.reminding import shots_of
from console import family as page
from console.downloads import purpose
from console.scope import May
from console.web import Call, Page
from storage import (
    area_settings,
    areas,
    audit,
    children,
    duties,
    family_acts,
    hamlets,
    losses,
    privacy,
)
from storage.database import Connection

PAUSES = (7, 14, 30, 60)  # days
UNDO_DAYS = 30
DIED, MOVED = "died", "moved"
_LIVING = (ChildState.BORN, ChildState.EXPECTED)
_GIVABLE = (Dosing.DUE, Dosing.OVERDUE, Dosing.NOT_YET)

Act = Callable[[Connection, Call, Family], str | None]


async def _do(call: Call, act: Act) -> Response:
    """Back to the family; 404 where it is not the officer's, or names somebody else's child."""
    obj = await call.write(_within_scope, call, act)
    if obj is None:
        return call.missing()
    return call.go(f"/console/families/{int(call.path['family'])}")


def _within_scope(conn: Connection, call: Call, act: Act) -> str | None:
    family = page.find(conn, call)
    return act(conn, call, family) if family is not None else None


def _noted(conn: Connection, call: Call, action: str, obj: str, detail: str | None = None) -> str:
    audit.record(conn, call.actor, action, obj, call.now, detail)
    return obj


def _child(call: Call, family: Family) -> Child | None:
    return next((c for c in family.children if str(c.id) == call.text("child", 20)), None)


def _person(call: Call, family: Family) -> Person | None:
    return next((p for p in family.people if str(p.id) == call.text("person", 20)), None)


async def live_in(call: Call) -> Response:
    return await _do(call, _live_in)


def _live_in(conn: Connection, call: Call, family: Family) -> str | None:
    typed = call.text("area", 20)
    area_id = int(typed) if typed.isdecimal() else None
    place = areas.get(conn, area_id) if area_id and call.scope.holds(area_id) else None
    if place is None or place.level not in ("commune", hamlets.LEVEL):
        return None
    family_acts.live_in(conn, family, place)
    return _noted(conn, call, "family lives in", f"caregiver:{family.key}", f"area:{place.id}")


async def pause(call: Call) -> Response:
    return await _do(call, _pause)


def _pause(conn: Connection, call: Call, family: Family) -> str | None:
    person = _person(call, family)
    if person is None:
        return None
    days = next((d for d in PAUSES if str(d) == call.text("days", 4)), None)
    if days is None:
        done = family_acts.resume(conn, person.id)
    else:
        until = local_day(call.now) + timedelta(days=days)
        done = family_acts.pause(conn, person.id, until, call.now)
    action = "family resumed" if days is None else "family paused"
    return _noted(conn, call, action if done else f"{action}: no", f"caregiver:{person.id}")


async def done(call: Call) -> Response:
    return await _do(call, _done)


def _done(conn: Connection, call: Call, family: Family) -> str | None:
    child, duty = _child(call, family), call.desk.library.duties.get(call.text("duty", 40))
    if child is None or duty is None or child.state not in _LIVING:
        return None
    day = _day(call.text("day", 10), child, local_day(call.now))
    doses = _doses(conn, call, family, child, duty.doses)
    items = call.desk.library.reminders(duty.id)
    family_acts.mark_done(conn, child.id, duty.id, day, doses, items, call.now)
    return _noted(conn, call, "duty done", f"child:{child.id}", duty.id)


def _day(typed: str, child: Child, today: date) -> date | None:
    """The day of a date field; None for one that cannot be."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    first = child.born_on or date.min
    return day if first <= day <= today else None


def _doses(
    conn: Connection, call: Call, family: Family, child: Child, doses: tuple[str, ...]
) -> list[str]:
    """Those of a visit that are not given yet and are given here."""
    told, today = duties.of_child(conn, child.id), local_day(call.now)
    local = area_settings.of_area(conn, family.area_id)
    shots = shots_of(call.desk.library.rules, child, told, today, local) if doses else {}
    return [dose for dose in doses if dose in shots and shots[dose].state in _GIVABLE]


async def undone(call: Call) -> Response:
    return await _do(call, _undone)


def _undone(conn: Connection, call: Call, family: Family) -> str | None:
    child, duty = _child(call, family), call.desk.library.duties.get(call.text("duty", 40))
    if child is None or duty is None:
        return None
    items = call.desk.library.reminders(duty.id)
    if not family_acts.take_back(conn, child.id, duty.id, duty.doses, items, call.now):
        return None
    return _noted(conn, call, "duty taken back", f"child:{child.id}", duty.id)


async def report(call: Call) -> Response:
    """The child died, or is no longer here: everything about it stops at once."""
    if not call.text("sure", 4):
        return await page.show(call, "sure")
    return await _do(call, _report)


def _report(conn: Connection, call: Call, family: Family) -> str | None:
    child, what, today = _child(call, family), call.text("what", 8), local_day(call.now)
    if child is None or what not in (DIED, MOVED) or child.state not in _LIVING:
        return None
    if what == DIED:
        quiet = children.caregivers_of(conn, child.id)
        losses.died(conn, child, quiet, call.now, today)
    else:
        losses.moved(conn, child, call.now, today)
    return _noted(conn, call, f"child {what}", f"child:{child.id}")


async def back(call: Call) -> Response:
    """The report was a mistake."""
    return await _do(call, _back)


def _back(conn: Connection, call: Call, family: Family) -> str | None:
    child, today = _child(call, family), local_day(call.now)
    if child is None or not may_undo(child, today):
        return None
    losses.undo(conn, child, children.caregivers_of(conn, child.id), call.now, today)
    return _noted(conn, call, "child report undone", f"child:{child.id}")


def may_undo(child: Child, today: date) -> bool:
    """As long as a family itself could; a child that moved may come back at any time."""
    if child.state is ChildState.GONE:
        return True
    lost = child.state is ChildState.LOST and child.lost_on is not None
    return lost and child.lost_on is not None and today <= child.lost_on + timedelta(days=UNDO_DAYS)


async def erase(call: Call) -> Response:
    """One caregiver, with everything; children whom nobody else cares for go too."""
    why = purpose(call)
    if why is None or not call.text("sure", 4):
        return await page.show(call, "purpose" if why is None else "sure")
    obj = await call.write(_within_scope, call, _erase)
    return call.go("/console/families") if obj else call.missing()


def _erase(conn: Connection, call: Call, family: Family) -> str | None:
    person: Any = _person(call, family)
    if person is None:
        return None
    privacy.let_turns_end(conn, person.id)
    privacy.erase_wholly(conn, person.id, call.now)
    return _noted(conn, call, "family erased", f"caregiver:{person.id}", purpose(call))


_AT = "/families/{family:int}"
PAGES = (
    Page(f"{_AT}/place", live_in, May.CHANGE_FAMILIES, "POST"),
    Page(f"{_AT}/pause", pause, May.CHANGE_FAMILIES, "POST"),
    Page(f"{_AT}/done", done, May.CHANGE_FAMILIES, "POST"),
    Page(f"{_AT}/undone", undone, May.CHANGE_FAMILIES, "POST"),
    Page(f"{_AT}/report", report, May.CHANGE_FAMILIES, "POST"),
    Page(f"{_AT}/back", back, May.CHANGE_FAMILIES, "POST"),
    Page(f"{_AT}/erase", erase, May.CHANGE_FAMILIES, "POST", step_up=True),
)
