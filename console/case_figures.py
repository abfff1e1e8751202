"""Figures of the cases an officer may see: without names, and without numbers that tell of one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from care import case_figures as figures
from care.case_figures import Hidden, Line, Month, Told
from care.cases import State
from care.clock import at_local, local_day
from console import downloads
from console.cases import viewer_of
from console.render import said
from console.scope import May
from console.web import Call, Page
from storage import area_settings
from storage.case_figures import received
from storage.database import Connection

MONTHS = 12
WORDS = "cases/said.html"


@dataclass(frozen=True, slots=True)
class Table:
    lines: Sequence[Line]
    whole: Told  # received in all months together


def _table(conn: Connection, call: Call) -> Table:
    firsts = figures.months(local_day(call.now), MONTHS)
    found = received(conn, viewer_of(conn, call.scope), at_local(firsts[0], 0))
    locals_ = area_settings.everywhere(conn)
    by_month: defaultdict[date, list[tuple[figures.Received, bool]]] = defaultdict(list)
    for one in found:
        here = locals_.of(one.case.area_id)
        opened = figures.opened_in_time(one, here.talk_hours, here.case_waits)
        by_month[figures.month_of(one.case)].append((one, opened))
    months: list[Month] = [figures.of_month(first, by_month[first]) for first in firsts]
    lines = [figures.hushed(month) for month in months]
    counted, told = [month.received for month in months], [line.received for line in lines]
    return Table(lines, figures.sum_of(counted, told))


async def show(call: Call) -> Response:
    table = await call.read(_table, call)
    missing = call.query.get("purpose") == "missing"
    return call.page("cases/figures.html", table=table, states=list(State), purpose_missing=missing)


async def export(call: Call) -> Response:
    why = downloads.purpose(call)
    if why is None:
        return call.go("/console/cases/figures?purpose=missing#export")
    table = await call.read(_table, call)
    words = said(WORDS, "hidden")

    def told(cell: Told) -> str:
        return str(words[cell.value]) if isinstance(cell, Hidden) else str(cell)

    rows = [
        (
            f"{line.first:%m/%Y}",
            *map(told, (line.received, line.opened, line.assessed, line.planned)),
            *(told(line.states[state]) for state in State),
        )
        for line in table.lines
    ]
    headings = [*said(WORDS, "headings"), *(said(WORDS, "states")[state] for state in State)]
    name, where = f"ho-so-tre-{local_day(call.now):%Y-%m-%d}", f"area:{call.scope.area_id}"
    action = "case figures exported"
    return await downloads.table(call, action, where, why, name, rows, headings)


PAGES = (
    Page("/cases/figures", show, May.SEE_CASE_FIGURES),
    Page("/cases/figures/export", export, May.SEE_CASE_FIGURES, "POST", step_up=True),
)
