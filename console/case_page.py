"""One case on one page. Whoever opens it stands in its history from then on."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from care.cases import FIELD_MOST, FIELDS, Act, Case, Danger, Due, State, state_of, tasks
from care.services import Service
from console.case_fitting import fitting
from console.cases import number_of, viewer_of
from console.scope import May, Role
from console.web import Call, Page
from storage import area_settings, areas, case_files, cases, officers, services
from storage.areas import Area
from storage.case_files import File
from storage.case_history import Line
from storage.cases import Viewer
from storage.database import Connection
from storage.officers import DISABLED, Officer

READS = frozenset({Act.READ, Act.PRINTED, Act.STATUS_READ})
_KEEPERS = frozenset({Role.PROTECTION, Role.LEAD})  # who sees cases or their figures


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history: who, and the step or place or person it is about."""

    line: Line
    who: str | None  # None: not an officer
    about: str


@dataclass(frozen=True, slots=True)
class Shown:
    file: File
    state: State
    due: list[Due]
    acts: list[Entry]  # the newest first
    reads: list[Entry]
    fits: frozenset[str]
    path: list[Area]  # from the country to where it is
    names: Mapping[int, str]  # of officers
    services: Mapping[int, str]
    near: list[Service]
    seeing: list[Officer]
    excludable: list[Officer]
    offered_to: str

    @property
    def case(self) -> Case:
        return self.file.case


def look(conn: Connection, call: Call, act: Act = Act.READ) -> Shown | None:
    """None for what is not there and for what this officer shall not see."""
    viewer = viewer_of(conn, call.scope)
    case = cases.hold(conn, viewer, number_of(call))
    if case is None:
        return None
    return _shown(conn, viewer, case_files.read(conn, viewer, case, call.now, act))


def _shown(conn: Connection, viewer: Viewer, file: File) -> Shown:
    case = file.case
    here = area_settings.of_area(conn, case.area_id)
    everyone = officers.every(conn)
    names = {one.id: one.name for one in everyone}
    places_of_help = services.names(conn, {one.service_id for one in file.referrals})
    entries = _entries(conn, file, names, places_of_help)
    units = areas.above(conn, case.area_id)
    path = [areas.get(conn, area_id) for area_id in reversed(units)]
    offered = areas.get(conn, case.offered_area_id) if case.offered_area_id is not None else None
    may_not = {*file.excluded, viewer.officer_id}
    chain = excludable(conn, viewer, case)
    return Shown(
        file=file,
        state=state_of(case),
        due=tasks(case, here.talk_hours, here.case_waits),
        acts=[one for one in reversed(entries) if one.line.act not in READS],
        reads=[one for one in reversed(entries) if one.line.act in READS],
        fits=fitting(case, viewer.officer_id),
        path=[area for area in path if area is not None],
        names=names,
        services=places_of_help,
        near=services.serving(conn, case.area_id),
        seeing=[one for one in everyone if one.area_id in units and _sees(conn, one, file)],
        excludable=[one for one in everyone if one.id in chain and one.id not in may_not],
        offered_to=offered.name if offered else "",
    )


def _entries(
    conn: Connection, file: File, names: Mapping[int, str], helping: Mapping[int, str]
) -> list[Entry]:
    steps = {step.id: step.what for step in file.steps}
    places = areas.names(
        conn,
        {
            line.detail[key]
            for line in file.history
            for key in ("area", "from")
            if key in line.detail
        },
    )
    found = []
    for line in file.history:
        kind, _, number = line.actor.partition(":")
        who = names.get(int(number), "") if kind == "officer" else None
        detail = line.detail
        about = (
            steps.get(detail.get("step", 0))
            or helping.get(detail.get("service", 0))
            or names.get(detail.get("officer", 0))
            or places.get(detail.get("area", detail.get("from", 0)))
            or ""
        )
        found.append(Entry(line, who, about))
    return found


def _sees(conn: Connection, one: Officer, file: File) -> bool:
    """Asks the one definition, as that officer would."""
    if one.role != Role.PROTECTION or one.state == DISABLED:
        return False
    viewer = Viewer(
        one.id,
        one.area_id,
        frozenset(areas.below(conn, one.area_id)),
        cases.rank_of(conn, one.area_id),
    )
    return cases.find(conn, viewer, file.case.number) is not None


def excludable(conn: Connection, viewer: Viewer, case: Case) -> frozenset[int]:
    """Who sees cases or their figures in the unit, in those above, and where it is offered."""
    units = {*areas.above(conn, case.area_id)}
    if case.offered_area_id is not None:
        units.add(case.offered_area_id)
    return frozenset(
        one.id
        for one in officers.every(conn)
        if one.area_id in units
        and one.role in _KEEPERS
        and one.state != DISABLED
        and one.id != viewer.officer_id
    )


async def show(call: Call) -> Response:
    return await _page(call, 200)


async def explained(call: Call, act: str, no: str) -> Response:
    """The page again with why an act did not fit, and what was typed for it."""
    return await _page(call, 409, act, no, call.text("text", FIELD_MOST))


async def _page(call: Call, status: int, act: str = "", no: str = "", typed: str = "") -> Response:
    shown = await call.write(look, call)
    if shown is None:
        return call.missing()
    return call.page(
        "cases/case.html",
        status,
        shown=shown,
        case=shown.case,
        fields=FIELDS,
        dangers=[danger.value for danger in Danger],
        most=FIELD_MOST,
        act=act,
        no=no,
        typed=typed,
        numbers=call.desk.library.numbers,
    )


PAGES = (Page("/cases/{number}", show, May.KEEP_CASES),)
