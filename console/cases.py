"""Cases: what came in, the most urgent first, and what is offered from elsewhere. No word of any.

Which cases there are is said by storage.cases alone; this page only arranges them.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from care.cases import Case, Due, State, state_of, tasks
from console.scope import May, Scope
from console.web import Call, Page
from storage import area_settings, areas, cases, officers
from storage.area_settings import Locals
from storage.cases import Viewer
from storage.database import Connection

LOOKS_AGAIN = 30  # seconds
ALL, MINE, LATE = SHOWS = ("all", "mine", "late")
A_PAGE, OVER_MOST = 100, 50
_NUMBER = re.compile(rf"[{cases.NUMBER_LETTERS}]{{{cases.NUMBER_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list; `late` is what should be done already."""

    case: Case
    state: State
    officer: str | None
    area: str
    late: list[Due]


@dataclass(frozen=True, slots=True)
class Lists:
    """`open` and `pile` are of one page; the pile comes after all others."""

    offered: list[Line]
    open: list[Line]
    pile: list[Line]
    over: list[Line]
    page: int
    pages: int


def viewer_of(conn: Connection, scope: Scope) -> Viewer:
    rank = cases.rank_of(conn, scope.area_id)
    return Viewer(scope.officer_id, scope.area_id, scope.areas, rank)


def number_of(call: Call) -> str:
    """Of the case in the path; "" for what cannot be one."""
    typed = str(call.path["number"])
    return typed if _NUMBER.fullmatch(typed) else ""


def waiting(conn: Connection, scope: Scope) -> int:
    """For the menu and the first page."""
    return cases.to_open(conn, viewer_of(conn, scope))


def late_ones(conn: Connection, scope: Scope, now: datetime) -> int:
    """For the first page; the list of what is late shows as many."""
    locals_ = area_settings.everywhere(conn)
    return sum(
        bool(overdue(case, locals_, now)) for case in cases.listed(conn, viewer_of(conn, scope))
    )


def overdue(case: Case, locals_: Locals, now: datetime) -> list[Due]:
    return [due for due in due_of(case, locals_) if due.overdue(now)]


def due_of(case: Case, locals_: Locals) -> list[Due]:
    here = locals_.of(case.area_id)
    return tasks(case, here.talk_hours, here.case_waits)


async def overview(call: Call) -> Response:
    asked = call.query.get("show", ALL)
    show = asked if asked in SHOWS else ALL
    lists = await call.read(_lists, call, show)
    page = call.page(
        "cases/list.html",
        lists=lists,
        show=show,
        shows=SHOWS,
        still=call.still,
        no=call.query.get("no", ""),
    )
    return call.live(page, LOOKS_AGAIN if show == ALL and lists.page == 1 else 0)


def _lists(conn: Connection, call: Call, show: str) -> Lists:
    viewer = viewer_of(conn, call.scope)
    locals_ = area_settings.everywhere(conn)
    fit = cases.listed(conn, viewer)
    if show == MINE:
        fit = [case for case in fit if case.officer_id == call.officer.id]
    elif show == LATE:
        fit = [case for case in fit if overdue(case, locals_, call.now)]
    pages = max(1, -(-len(fit) // A_PAGE))
    page = min(call.page_number, pages)
    shown = fit[(page - 1) * A_PAGE : page * A_PAGE]
    found = [_line(conn, case, locals_, call.now) for case in shown]
    offered, over = [], []
    if show == ALL and page == 1:
        offered = [_line(conn, case, locals_, call.now) for case in cases.offered(conn, viewer)]
        closed = cases.listed(conn, viewer, over=True, most=OVER_MOST)
        over = [_line(conn, case, locals_, call.now) for case in closed]
    return Lists(
        offered=offered,
        open=[line for line in found if not line.case.pile],
        pile=[line for line in found if line.case.pile],
        over=over,
        page=page,
        pages=pages,
    )


def _line(conn: Connection, case: Case, locals_: Locals, now: datetime) -> Line:
    area = areas.get(conn, case.area_id)
    officer = officers.get(conn, case.officer_id) if case.officer_id is not None else None
    return Line(
        case,
        state_of(case),
        officer.name if officer else None,
        area.name if area else "",
        overdue(case, locals_, now),
    )


PAGES = (Page("/cases", overview, May.KEEP_CASES),)
