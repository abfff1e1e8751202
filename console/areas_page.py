"""What a unit decides for its families, what it inherits, and what families will read of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from care.clock import local_day
from care.local import (
    CASE_WAIT,
    CASE_WAITS,
    DUTY,
    LONGEST_PLACE,
    OFF,
    SESSION,
    SWITCHES,
    BadSetting,
)
from care.local import read as read_local
from care.reminding import next_session
from care.yearly import YearDay
from console.scope import May
from console.web import Call, Page
from content.library import Library
from content.render import Reader, render
from storage import area_settings, areas
from storage.area_settings import Decided
from storage.areas import Area
from storage.database import Connection

DAYS_MOST = 80
FOUND_MOST = 12
ORDER = ("pcv", "vitamin_a_59", "deworming")  # every one of care.local.SWITCHES
ABOVE, ON, IS_OFF, OWN = "above", "on", "off", "own"  # what a form may choose
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})")


@dataclass(frozen=True, slots=True)
class View:
    """A unit with what holds there; `above` is what would hold without its own word."""

    area: Area
    now: Mapping[str, Decided]
    above: Mapping[str, Decided]
    under: list[Area]


def _view(conn: Connection, area_id: int, typed: str) -> View | None:
    area = areas.get(conn, area_id)
    if area is None:
        return None
    parent = area.parent_id
    above = area_settings.decided(conn, parent) if parent is not None else {}
    under = areas.under(conn, area_id, typed, FOUND_MOST)
    return View(area, area_settings.decided(conn, area_id), above, under)


async def show(call: Call, problem: str | None = None) -> Response:
    typed = call.query.get("q", "")[:80]
    view = await call.read(_view, _area_id(call), typed)
    if view is None or not call.scope.holds(view.area.id):
        return call.missing()
    today = local_day(call.now)
    return call.page(
        "areas/settings.html",
        400 if problem else 200,
        view=view,
        own=call.scope.area_id,
        typed=typed,
        switches=ORDER,
        session=_session(view.now),
        session_text=_session_text(call.desk.library, view.now, today),
        windows=[_window(call.desk.library, view, duty) for duty in _dated(call.desk.library)],
        waits=_waits(view.now),
        problem=problem,
        form=call.form,
    )


def _area_id(call: Call) -> int:
    return int(call.path.get("area", call.scope.area_id))


def _dated(library: Library) -> list[str]:
    """Duties with days of the year of their own, such as an enrolment."""
    return [id_ for id_, duty in library.duties.items() if isinstance(duty.opens_on, YearDay)]


def _session(now: Mapping[str, Decided]) -> dict[str, str]:
    value = now[SESSION].value if SESSION in now else {}
    days = ", ".join(map(str, value.get("days", ())))
    return {"days": days, "place": value.get("place", ""), "time": value.get("time", "")}


def _session_text(library: Library, now: Mapping[str, Decided], today: date) -> str | None:
    """The line below a reminder of a vaccination, as it would be sent today."""
    if SESSION not in now:
        return None
    local = read_local({SESSION: now[SESSION].value})
    day = next_session(local, today)
    if day is None or local.session is None:
        return None
    params = {"session": day.isoformat(), "place": local.session.place, "time": local.session.time}
    reader = Reader(library.label("goi.default"), (), library.label("con.default"), None)
    return render(library, "doses/session", params, reader, draft_note=False).text.replace("**", "")


def _waits(now: Mapping[str, Decided]) -> list[tuple[str, int, range]]:
    """Name, minutes and what is allowed, for each wait of a case."""
    decided = {CASE_WAITS: now[CASE_WAITS].value} if CASE_WAITS in now else {}
    waits = read_local(decided).case_waits
    return [(name, getattr(waits, name), fits) for name, fits in CASE_WAIT.items()]


@dataclass(frozen=True, slots=True)
class Window:
    """`first` and `last` as dd/mm; `usual` is when it opens where nobody has decided."""

    duty: str
    name: str
    usual: str
    decided: Decided | None
    first: str
    last: str
    is_off: bool


def _window(library: Library, view: View, duty: str) -> Window:
    decided = view.now.get(f"{DUTY}{duty}")
    value = decided.value if decided else None
    days = value if isinstance(value, dict) else {}
    first, last = (_shown(days[key]) if key in days else "" for key in ("from", "to"))
    opens = library.duties[duty].opens_on
    usual = f"{opens.day:02}/{opens.month:02}" if isinstance(opens, YearDay) else ""
    return Window(duty, library.label(f"duty.{duty}"), usual, decided, first, last, value == OFF)


def _shown(day: str) -> str:
    """15/04 from --04-15."""
    return f"{day[5:]}/{day[2:4]}"


async def set_session(call: Call) -> Response:
    if call.text("choice", 8) == ABOVE:
        return await _put(call, SESSION, None)
    numbers = [int(n) for n in re.findall(r"\d{1,3}", call.text("days", DAYS_MOST))]
    time = call.text("time", 5)
    value = {"days": numbers, "place": call.text("place", LONGEST_PLACE), "time": time}
    return await _put(call, SESSION, value)


async def set_switch(call: Call) -> Response:
    name, choice = call.text("name", 20), call.text("choice", 8)
    if name not in SWITCHES or choice not in (ABOVE, ON, IS_OFF):
        return call.missing()
    return await _put(call, name, None if choice == ABOVE else choice == ON)


async def set_window(call: Call) -> Response:
    duty, choice = call.text("duty", 40), call.text("choice", 8)
    if duty not in _dated(call.desk.library) or choice not in (ABOVE, OWN, IS_OFF):
        return call.missing()
    value: Any = None
    if choice == IS_OFF:
        value = OFF
    elif choice == OWN:
        value = {"from": _typed(call.text("from", 10)), "to": _typed(call.text("to", 10))}
    return await _put(call, f"{DUTY}{duty}", value)


async def set_waits(call: Call) -> Response:
    if call.text("choice", 8) == ABOVE:
        return await _put(call, CASE_WAITS, None)
    typed = {name: call.text(name, 5) for name in CASE_WAIT}
    value = {name: int(one) if one.isdecimal() else one for name, one in typed.items()}
    return await _put(call, CASE_WAITS, value)


def _typed(day: str) -> str:
    """--04-15 from 15/4; what is not like that stays, to be refused."""
    found = _DAY.fullmatch(day)
    return f"--{int(found[2]):02}-{int(found[1]):02}" if found else day


async def _put(call: Call, name: str, value: Any) -> Response:
    area_id = _area_id(call)
    if not call.scope.holds(area_id):
        return call.missing()
    try:
        await call.write(area_settings.put, area_id, name, value, call.actor, call.now)
    except BadSetting:
        return await show(call, name)
    return call.go(f"/console/area/{area_id}?saved={name}")


PAGES = (
    Page("/area", show, May.SET_AREA),
    Page("/area/{area:int}", show, May.SET_AREA),
    Page("/area/{area:int}/session", set_session, May.SET_AREA, "POST"),
    Page("/area/{area:int}/switch", set_switch, May.SET_AREA, "POST"),
    Page("/area/{area:int}/window", set_window, May.SET_AREA, "POST"),
    Page("/area/{area:int}/waits", set_waits, May.SET_WAITS, "POST"),
)
