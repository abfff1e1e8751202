"""Mẫu số 01: its fields, to fill in and to print."""

from collections.abc import Mapping

from starlette.responses import Response

from care.cases import FIELD_MOST, FIELDS, Act, Case, NotAllowed
from console import case_page
from console.case_fitting import FACTS, fitting
from console.cases import number_of, viewer_of
from console.scope import May
from console.web import Call, Page
from storage import case_acts, cases
from storage.database import Connection

SHORT = ("child_name", "child_born", "event_at")  # the others may need more than a line
SEXES = ("nam", "nữ", "không rõ")


async def facts(call: Call) -> Response:
    return await _form(call, 200)


async def change(call: Call) -> Response:
    given = {name: call.text(name, FIELD_MOST) for name in FIELDS}
    try:
        found = await call.write(_change, call, given)
    except NotAllowed as no:
        return await _form(call, 409, no.what, given)
    if not found:
        return call.missing()
    return call.go(f"/console/cases/{number_of(call)}")


def _change(conn: Connection, call: Call, given: Mapping[str, str]) -> bool:
    """NotAllowed("changed") where somebody else did something after the form was opened."""
    viewer = viewer_of(conn, call.scope)
    case = cases.hold(conn, viewer, number_of(call))
    if case is None:
        return False
    if FACTS not in fitting(case, viewer.officer_id):
        raise NotAllowed("state")
    if call.text("version", 40) != _version(case):
        raise NotAllowed("changed")
    case_acts.change_facts(conn, viewer, case, given, call.now)
    return True


def _version(case: Case) -> str:
    return case.changed_at.isoformat()


async def _form(
    call: Call, status: int, no: str = "", typed: Mapping[str, str] | None = None
) -> Response:
    shown = await call.write(case_page.look, call)
    if shown is None:
        return call.missing()
    return call.page(
        "cases/facts.html",
        status,
        shown=shown,
        case=shown.case,
        given=typed or shown.file.facts,
        known=shown.file.facts,
        fields=FIELDS,
        short=SHORT,
        sexes=SEXES,
        most=FIELD_MOST,
        version=_version(shown.case),
        no=no,
        open=FACTS in shown.fits,
    )


async def form01(call: Call) -> Response:
    """Reading it here counts as printing it."""
    shown = await call.write(case_page.look, call, Act.PRINTED)
    if shown is None:
        return call.missing()
    facts = shown.file.facts
    return call.page("cases/form01.html", shown=shown, case=shown.case, facts=facts)


PAGES = (
    Page("/cases/{number}/facts", facts, May.KEEP_CASES),
    Page("/cases/{number}/facts", change, May.KEEP_CASES, "POST"),
    Page("/cases/{number}/form01", form01, May.KEEP_CASES, step_up=True),
)
